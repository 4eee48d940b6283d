# The whole migration of one table, against the Sandbox. Against real clouds the same lines need no endpoints and no keys:
# delete the block of defaults, and sign in to AWS and Azure as you always do.
param($Sandbox, $Module)

Import-Module $Module

foreach ($cmdlet in 'Get-DynamoTable', 'Export-DynamoTable', 'Get-DynamoExport', 'Copy-S3ToAdls') {
    $PSDefaultParameterValues["${cmdlet}:EndpointUrl"] = $Sandbox.AwsEndpoint
    $PSDefaultParameterValues["${cmdlet}:Region"] = $Sandbox.Region
    $PSDefaultParameterValues["${cmdlet}:AccessKey"] = $Sandbox.AccessKey
    $PSDefaultParameterValues["${cmdlet}:SecretKey"] = $Sandbox.SecretKey
}
$PSDefaultParameterValues['Export-DynamoTable:PollInterval'] = [timespan]'00:00:00.5'
$PSDefaultParameterValues['Copy-S3ToAdls:BlobEndpoint'] = $Sandbox.BlobEndpoint
$PSDefaultParameterValues['Copy-S3ToAdls:AccountKey'] = $Sandbox.StorageKey
foreach ($cmdlet in 'New-CosmosMigrationContainer', 'Complete-CosmosMigration') {
    $PSDefaultParameterValues["${cmdlet}:AccountEndpoint"] = $Sandbox.CosmosEndpoint
    $PSDefaultParameterValues["${cmdlet}:AccountKey"] = $Sandbox.CosmosKey
}
foreach ($cmdlet in 'Import-CosmosItems', 'Compare-CosmosMigration') {
    $PSDefaultParameterValues["${cmdlet}:AccountKey"] = $Sandbox.CosmosKey
    $PSDefaultParameterValues["${cmdlet}:StorageAccountKey"] = $Sandbox.StorageKey
    $PSDefaultParameterValues["${cmdlet}:ConnectionMode"] = 'Gateway'
}

# A console formats statement by statement; a script that is one pipeline asks for it.
'PS> Get-DynamoTable Orders' | Out-Default
Get-DynamoTable Orders | Out-Default

@'
PS> Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery |
        Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
        New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -AutoscaleMaxThroughput 40000 |
        Import-CosmosItems
'@ | Out-Default
Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -OutVariable export |
    Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
    New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -AutoscaleMaxThroughput 40000 -OutVariable target |
    Import-CosmosItems -OutVariable result |
    Out-Default

'PS> $target | Compare-CosmosMigration' | Out-Default
$target | Compare-CosmosMigration -OutVariable comparison |
    Out-Default
