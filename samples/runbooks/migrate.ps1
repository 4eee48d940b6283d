<#
.SYNOPSIS
    Moves one DynamoDB table to Cosmos DB, in as many runs of a schedule as it takes.

.DESCRIPTION
    For Azure Automation, or any other job without a user. Schedule it more often than the migration takes, every hour for example: each run goes on
    where the last one ended, and once all is done further runs write nothing. A run starts the export or looks after it, copies what is not copied yet,
    makes the container or finds it, and imports for as long as -StopAfter says: a job that is evicted after three hours had better end before.

    It signs in to Azure with the job's managed identity. To AWS it signs in with the SDK's own chain, or with a credential asset of the Automation
    account whose user name is an access key and whose password is the secret key.

    Its last line of output is its summary as JSON, also when it fails; a failure also fails the job.

.EXAMPLE
    ./migrate.ps1 -TableName Orders -Region eu-central-1 -S3Bucket my-exports -StorageAccountName mylake -AccountName mycosmos -DatabaseName shop

    {"table":"Orders","stage":"Import","completed":false,"read":1250000,"written":1250000,...}
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $TableName,

    [Parameter(Mandatory)]
    [string] $Region,

    [Parameter(Mandatory)]
    [string] $S3Bucket,

    # One prefix a migration: by it the next run finds this one's export. A new migration of the same table takes a new prefix.
    [string] $S3Prefix = 'migration',

    [Parameter(Mandatory)]
    [string] $StorageAccountName,

    [string] $FileSystem = 's3datacopy',

    [Parameter(Mandatory)]
    [string] $AccountName,

    [Parameter(Mandatory)]
    [string] $DatabaseName,

    [string] $ContainerName = $TableName,

    # For the load; a container that is there keeps its own.
    [int] $AutoscaleMaxThroughput = 10000,

    [timespan] $StopAfter = '2:30:00',

    # Of a user-assigned identity; without it the system-assigned one signs in.
    [string] $ClientId,

    # The name of the Automation account's credential asset.
    [string] $AwsCredentialName
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$begun = [datetime]::UtcNow

Import-Module -Name DynamoCosmos

$aws = @{ Region = $Region }
if ($AwsCredentialName) {
    $credential = Get-AutomationPSCredential -Name $AwsCredentialName
    $aws.AccessKey = $credential.UserName
    $aws.SecretKey = $credential.Password
}
$azure = @{ AzureCredential = 'ManagedIdentity' }
if ($ClientId) { $azure.ClientId = $ClientId }

$summary = [ordered]@{ table = $TableName; target = "$AccountName/$DatabaseName/$ContainerName"; stage = 'Export'; completed = $false }
try {
    # The newest first. One that failed is nothing to go on with.
    $export = @(Get-DynamoExport -TableName $TableName @aws |
            Where-Object { $_.S3Bucket -eq $S3Bucket -and $_.S3Prefix -eq $S3Prefix -and $_.ExportStatus -ne 'FAILED' })[0]
    if (-not $export) { $export = Export-DynamoTable -TableName $TableName -S3Bucket $S3Bucket -S3Prefix $S3Prefix -EnablePointInTimeRecovery -NoWait @aws }
    $summary.export = $export.ExportArn
    # AWS takes some minutes or hours; a later run finds it done.
    if ($export.ExportStatus -ne 'COMPLETED') { return }

    $summary.stage = 'Copy'
    $copy = $export | Copy-S3ToAdls -StorageAccountName $StorageAccountName -FileSystem $FileSystem @aws @azure
    # What verify.ps1 is to be given: a folder in a lake does not say which attributes were the table's keys.
    $summary.location = $copy.Location.AbsoluteUri
    $summary.partitionKeyAttribute = $copy.PartitionKey.Name
    if ($copy.SortKey) { $summary.sortKeyAttribute = $copy.SortKey.Name }
    if ($copy.TtlAttribute) { $summary.ttlAttribute = $copy.TtlAttribute }

    $summary.stage = 'Import'
    # What the copy has taken of this run's time is not there twice.
    $left = $StopAfter - ([datetime]::UtcNow - $begun)
    if ($left -le [timespan]::Zero) { return }
    $result = $copy |
        New-CosmosMigrationContainer -AccountName $AccountName -DatabaseName $DatabaseName -ContainerName $ContainerName -AutoscaleMaxThroughput $AutoscaleMaxThroughput @azure |
        Import-CosmosItems -StopAfter $left @azure
    foreach ($name in 'completed', 'read', 'written', 'replaced', 'expired', 'rejected', 'rejectedItemPath', 'requestCharge', 'runs') { $summary[$name] = $result.$name }
}
catch {
    $summary.errorId = $_.FullyQualifiedErrorId
    $summary.error = $_.Exception.Message
    throw
}
finally {
    $summary | ConvertTo-Json -Compress
}
