using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Get, "CosmosRoleDefinition")]
[OutputType(typeof(CosmosRoleDefinition))]
public sealed class GetCosmosRoleDefinitionCommand : CosmosAccountCommand
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true), Alias("RoleDefinitionId"), SupportsWildcards,
        ArgumentCompleter(typeof(RoleCompleter))]
    public string? RoleName { get; set; }

    protected override void ProcessRecord()
    {
        CosmosRoleDefinitions definitions = new(GetAzureSettings(), Clouds);
        bool isPattern = RoleName is not null && WildcardPattern.ContainsWildcardCharacters(RoleName);
        IReadOnlyList<CosmosRoleDefinition> found = Await((_, stop) => definitions.ReadAsync(Account, isPattern ? null : RoleName, stop));
        WildcardPattern pattern = new(isPattern ? RoleName : "*", WildcardOptions.IgnoreCase);
        WriteObject(found.Where(definition => pattern.IsMatch(definition.RoleName)), true);
    }
}
