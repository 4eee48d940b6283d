@{
    RootModule           = 'DynamoCosmos.dll'
    # Loads first: it teaches the runtime where DynamoCosmos.Core and its dependencies live.
    NestedModules        = @('DynamoCosmos.Loader.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '5d8a4d0e-1c5f-4d0b-9f4f-6a6f2f0c7b11'
    Author               = 'DynamoCosmos contributors'
    CompanyName          = 'DynamoCosmos contributors'
    Copyright            = '(c) DynamoCosmos contributors. MIT license.'
    Description          = 'Moves Amazon DynamoDB tables to Azure Cosmos DB for NoSQL: export, copy, set-up, import, verification.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('DynamoCosmos.types.ps1xml')
    FormatsToProcess     = @('DynamoCosmos.format.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Compare-CosmosMigration'
        'Complete-CosmosMigration'
        'ConvertTo-CosmosItem'
        'Copy-S3ToAdls'
        'Export-DynamoTable'
        'Export-MigrationReport'
        'Get-CosmosRejectedItem'
        'Get-CosmosRoleAssignment'
        'Get-CosmosRoleDefinition'
        'Get-CosmosThroughput'
        'Get-DynamoExport'
        'Get-DynamoTable'
        'Get-MigrationAwsPolicy'
        'Grant-MigrationAccess'
        'Import-CosmosItems'
        'Measure-DynamoTable'
        'New-CosmosMigrationContainer'
        'New-CosmosRoleAssignment'
        'New-CosmosRoleDefinition'
        'New-MigrationMapping'
        'New-MigrationServicePrincipal'
        'Read-DynamoExport'
        'Remove-CosmosRoleAssignment'
        'Remove-CosmosRoleDefinition'
        'Set-CosmosRoleDefinition'
        'Set-CosmosThroughput'
        'Test-MigrationAccess'
    )
    AliasesToExport      = @('Import-CosmosItem')
    PrivateData          = @{
        PSData = @{
            Tags         = @('DynamoDB', 'CosmosDB', 'Azure', 'AWS', 'Migration', 'S3', 'DataLake', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            Prerelease   = 'preview1'
            # No ProjectUri and no HelpInfoUri: there is no public address yet that they could name.
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'The first preview: assessment, export (full and incremental), copy, set-up, import and verification of whole tables. CHANGELOG.md tells more.'
        }
    }
}
