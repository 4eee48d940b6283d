using System.Collections.Frozen;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Work;

/// <summary>
/// What PowerShell has for the remedies that messages advise. Other hosts name these where they have nothing of their own.
/// </summary>
internal static class CmdletNames
{
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        [nameof(Remedy.Assess)] = "Measure-DynamoTable",
        [nameof(Remedy.AssignRole)] = "New-CosmosRoleAssignment",
        [nameof(Remedy.AwsPolicy)] = "Get-MigrationAwsPolicy",
        [nameof(Remedy.ChangeRole)] = "Set-CosmosRoleDefinition",
        [nameof(Remedy.Compare)] = "Compare-CosmosMigration",
        [nameof(Remedy.Complete)] = "Complete-CosmosMigration",
        [nameof(Remedy.CreateContainer)] = "New-CosmosMigrationContainer",
        [nameof(Remedy.CreatePrincipal)] = "New-MigrationServicePrincipal",
        [nameof(Remedy.CreateRole)] = "New-CosmosRoleDefinition",
        [nameof(Remedy.DraftMapping)] = "New-MigrationMapping",
        [nameof(Remedy.ExplainMapping)] = "Get-Help Import-CosmosItems -Parameter ExcludeAttribute (and so on)",
        [nameof(Remedy.ExportTable)] = "Export-DynamoTable",
        [nameof(Remedy.FindExport)] = "Get-DynamoExport",
        [nameof(Remedy.GrantAccess)] = "Grant-MigrationAccess",
        [nameof(Remedy.Import)] = "Import-CosmosItems",
        [nameof(Remedy.ListRoleAssignments)] = "Get-CosmosRoleAssignment",
        [nameof(Remedy.ListRoles)] = "Get-CosmosRoleDefinition",
        [nameof(Remedy.ListTables)] = "Get-DynamoTable",
        [nameof(Remedy.RejectedItems)] = "Get-CosmosRejectedItem",
        [nameof(Remedy.RemoveRoleAssignment)] = "Remove-CosmosRoleAssignment",
        [nameof(Remedy.SetThroughput)] = "Set-CosmosThroughput",
        [nameof(Remedy.SignInToAzure)] = "Connect-AzAccount or 'az login'",
        [nameof(Remedy.TestAccess)] = "Test-MigrationAccess",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static string Of(string remedy) => s_names[remedy];
}
