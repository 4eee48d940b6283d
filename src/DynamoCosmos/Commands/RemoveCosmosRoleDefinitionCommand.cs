using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Remove, "CosmosRoleDefinition", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCosmosRoleDefinitionCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), Alias("RoleDefinitionId"), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(RoleCompleter))]
    public string RoleName { get; set; } = "";

    protected override void ProcessRecord()
    {
        CosmosRoleDefinitions definitions = new(GetAzureSettings(), Clouds);
        Carry(stop => definitions.PlanRemoveAsync(Account, RoleName, stop));
    }
}
