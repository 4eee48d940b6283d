using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

/// <summary>Makes a data role definition, or changes the one of that name.</summary>
[Cmdlet(VerbsCommon.New, "CosmosRoleDefinition", SupportsShouldProcess = true, DefaultParameterSetName = "Preset")]
[OutputType(typeof(CosmosRoleDefinition))]
public sealed class NewCosmosRoleDefinitionCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    public string RoleName { get; set; } = "";

    [Parameter(ParameterSetName = "Preset")]
    public CosmosRolePreset Preset { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "DataAction"), ArgumentCompleter(typeof(DataActionCompleter)), ValidateNotNullOrEmpty]
    public string[] DataAction { get; set; } = [];

    [Parameter, ValidateNotNullOrEmpty]
    public string[]? AssignableScope { get; set; }

    [Parameter]
    public Guid? RoleDefinitionId { get; set; }

    protected override void ProcessRecord()
    {
        IReadOnlyList<string> actions = ParameterSetName == "DataAction" ? DataAction : CosmosDataActions.Of(Preset);
        CosmosRoleDefinitions definitions = new(GetAzureSettings(), Clouds);
        CosmosRoleDefinition? result = Carry(stop =>
            definitions.PlanPutAsync(Account, RoleName, RoleDefinitionId?.ToString(), actions, AssignableScope, mustExist: false, RoleName,
            stop));
        if (result is not null) WriteObject(result);
    }
}
