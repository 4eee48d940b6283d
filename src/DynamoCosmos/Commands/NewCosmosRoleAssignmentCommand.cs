using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Gives a principal a data role; one that it has already is left as it is.</summary>
[Cmdlet(VerbsCommon.New, "CosmosRoleAssignment", SupportsShouldProcess = true, DefaultParameterSetName = "Names")]
[OutputType(typeof(CosmosRoleAssignment))]
public sealed class NewCosmosRoleAssignmentCommand : PrincipalCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), Alias("RoleDefinitionId"), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(RoleCompleter))]
    public string RoleName { get; set; } = "";

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PrincipalId { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ApplicationId { get; set; }

    [Parameter]
    public string? PrincipalName { get; set; }

    [Parameter]
    public SwitchParameter CurrentPrincipal { get; set; }

    [Parameter(ParameterSetName = "Names"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string? DatabaseName { get; set; }

    [Parameter(ParameterSetName = "Names"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Scope"), ValidateNotNullOrEmpty]
    public string? Scope { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    protected override void ProcessRecord()
    {
        if (ContainerName is not null && DatabaseName is null) ThrowTerminatingError(Errors.ContainerWithoutDatabase(ContainerName));
        PrincipalReference principal = new(PrincipalId, ApplicationId, PrincipalName, CurrentPrincipal);
        CosmosRoleAssignments assignments = new(GetAzureSettings(), Clouds);
        CosmosRoleAssignment? result = Carry(stop =>
            assignments.PlanAddAsync(Account, RoleName, principal, Scope ?? CosmosScope.Of(DatabaseName, ContainerName), !NoWait, stop));
        if (result is not null) WriteObject(result);
    }
}
