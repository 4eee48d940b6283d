<#
.SYNOPSIS
    Brings what migrate.ps1 has moved up to what the table is now, again and again while the application still writes to DynamoDB.

.DESCRIPTION
    For Azure Automation, or any other job without a user, after migrate.ps1 has come to its end with the same parameters. Schedule it every half hour: each
    run applies the windows of changes that have been exported (copy, import), and asks AWS for those since. It waits for nothing, so a run is short; what
    it asked for, the next one finds done. docs/low-downtime.md tells the whole story, the last round included.

    Windows are applied in their order and without gaps: the import refuses any other, and the job fails.

    It signs in as migrate.ps1 does. The data role must also allow deletes: Grant-MigrationAccess -Preset Migration. Its last line of output is its summary as
    JSON, also when it fails; a failure also fails the job.

.EXAMPLE
    ./catch-up.ps1 -TableName Orders -Region eu-central-1 -S3Bucket my-exports -StorageAccountName mylake -AccountName mycosmos -DatabaseName shop

    {"table":"Orders","stage":"Export","completed":true,"upTo":"2026-05-01T10:00:00Z","windows":1,"written":2131,"deleted":12,...}
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $TableName,

    [Parameter(Mandatory)]
    [string] $Region,

    [Parameter(Mandatory)]
    [string] $S3Bucket,

    # That of migrate.ps1.
    [string] $S3Prefix = 'migration',

    [Parameter(Mandatory)]
    [string] $StorageAccountName,

    [string] $FileSystem = 's3datacopy',

    [Parameter(Mandatory)]
    [string] $AccountName,

    [Parameter(Mandatory)]
    [string] $DatabaseName,

    [string] $ContainerName = $TableName,

    # For each window; one that is not done goes on in the next run.
    [timespan] $StopAfter = '1:00:00',

    # Of a user-assigned identity; without it the system-assigned one signs in.
    [string] $ClientId,

    # The name of the Automation account's credential asset.
    [string] $AwsCredentialName
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'

Import-Module -Name DynamoCosmos

$aws = @{ Region = $Region }
if ($AwsCredentialName) {
    $credential = Get-AutomationPSCredential -Name $AwsCredentialName
    $aws.AccessKey = $credential.UserName
    $aws.SecretKey = $credential.Password
}
$azure = @{ AzureCredential = 'ManagedIdentity' }
if ($ClientId) { $azure.ClientId = $ClientId }

$summary = [ordered]@{ table = $TableName; target = "$AccountName/$DatabaseName/$ContainerName"; stage = 'Find'; completed = $false; windows = 0; read = 0; written = 0; deleted = 0; rejected = 0 }
try {
    # The newest first.
    $exports = @(Get-DynamoExport -TableName $TableName @aws |
            Where-Object { $_.S3Bucket -eq $S3Bucket -and $_.S3Prefix -eq $S3Prefix -and $_.ExportStatus -ne 'FAILED' })
    if (-not $exports) { throw "There is no export of $TableName below s3://$S3Bucket/$S3Prefix to go on from: run migrate.ps1 first, with the same -S3Bucket and -S3Prefix." }
    if ($exports.ExportStatus -contains 'IN_PROGRESS') { return }

    $summary.stage = 'Import'
    # A run asks for new windows only when all earlier ones are in the container, so what is left to do is what was asked for last. Those that are done
    # already say so and write nothing.
    $pending = @($exports | Where-Object { $_.Span.IsWindow -and $_.StartTime -ge $exports[0].StartTime.AddHours(-1) })
    $results = @($pending |
            Copy-S3ToAdls -StorageAccountName $StorageAccountName -FileSystem $FileSystem @aws @azure |
            Import-CosmosItems -AccountName $AccountName -DatabaseName $DatabaseName -ContainerName $ContainerName -StopAfter $StopAfter @azure)
    foreach ($result in $results) {
        foreach ($name in 'read', 'written', 'deleted', 'rejected') { $summary[$name] += $result.$name }
    }
    $summary.windows = $results.Count
    $summary.completed = $results.Count -eq $pending.Count -and $results.Completed -notcontains $false
    if (-not $summary.completed) { return }

    $summary.stage = 'Export'
    $last = $exports[0]
    foreach ($export in $exports) { if ($export.Span.To -gt $last.Span.To) { $last = $export } }
    $summary.upTo = $last.Span.To.UtcDateTime.ToString('yyyy-MM-ddTHH:mm:ssZ')
    # AWS makes no window of less than 15 minutes.
    $table = Get-DynamoTable -Name $TableName @aws
    if ($table.LatestRestorableTime - $last.Span.To -ge [timespan]'0:15:00') {
        $summary.asked = @(Export-DynamoTable -Since $last -NoWait @aws).Count
    }
}
catch {
    $summary.errorId = $_.FullyQualifiedErrorId
    $summary.error = $_.Exception.Message
    throw
}
finally {
    $summary | ConvertTo-Json -Compress
}
