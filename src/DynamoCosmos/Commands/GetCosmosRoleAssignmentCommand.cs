using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Get, "CosmosRoleAssignment")]
[OutputType(typeof(CosmosRoleAssignment))]
public sealed class GetCosmosRoleAssignmentCommand : PrincipalCommand
{
    [Parameter(Position = 1), Alias("RoleDefinitionId"), ArgumentCompleter(typeof(RoleCompleter))]
    public string? RoleName { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PrincipalId { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ApplicationId { get; set; }

    [Parameter]
    public string? PrincipalName { get; set; }

    [Parameter]
    public SwitchParameter CurrentPrincipal { get; set; }

    /// <summary>Those that hold in it, wherever they are made.</summary>
    [Parameter]
    public string? Scope { get; set; }

    protected override void ProcessRecord()
    {
        PrincipalReference? principal = PrincipalId is null && ApplicationId is null && PrincipalName is null && !CurrentPrincipal
            ? null
            : new(PrincipalId, ApplicationId, PrincipalName, CurrentPrincipal);
        CosmosRoleAssignments assignments = new(GetAzureSettings(), Clouds);
        WriteObject(Await((_, stop) => assignments.ReadAsync(Account, principal, RoleName, Scope, stop)), true);
    }
}
