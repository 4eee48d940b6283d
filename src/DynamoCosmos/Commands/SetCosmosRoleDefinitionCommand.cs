using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

/// <summary>Changes a data role definition; what is not given stays.</summary>
[Cmdlet(VerbsCommon.Set, "CosmosRoleDefinition", SupportsShouldProcess = true, DefaultParameterSetName = "DataAction")]
[OutputType(typeof(CosmosRoleDefinition))]
public sealed class SetCosmosRoleDefinitionCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), Alias("RoleDefinitionId"), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(RoleCompleter))]
    public string RoleName { get; set; } = "";

    [Parameter(ParameterSetName = "DataAction"), ArgumentCompleter(typeof(DataActionCompleter)), ValidateNotNullOrEmpty]
    public string[]? DataAction { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "Preset")]
    public CosmosRolePreset Preset { get; set; }

    [Parameter, ValidateNotNullOrEmpty]
    public string[]? AssignableScope { get; set; }

    [Parameter, ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    protected override void ProcessRecord()
    {
        IReadOnlyList<string>? actions = ParameterSetName == "Preset" ? CosmosDataActions.Of(Preset) : DataAction;
        CosmosRoleDefinitions definitions = new(GetAzureSettings(), Clouds);
        CosmosRoleDefinition? result =
            Carry(stop => definitions.PlanPutAsync(Account, RoleName, null, actions, AssignableScope, mustExist: true, NewName, stop));
        if (result is not null) WriteObject(result);
    }
}
