<#
.SYNOPSIS
    A gate: fails its job unless the container holds what the export says.

.DESCRIPTION
    Runs between the import and whatever switches the application over, in a pipeline or as a runbook, with the job's managed identity. It reads both
    sides and changes nothing. The first differences go to the job's output, one line of JSON each, and its last line is its summary as JSON.

    -Sample looks up so many items, drawn by chance, in place of all: in seconds, and for a fraction of the request units, but it cannot see documents
    that should not be there.

    Items that the conversion rejects have no document, so they fail the gate too. -AllowRejected takes the number of those that you accept: the rejected items that the
    import's summary counts.

.EXAMPLE
    ./verify.ps1 -Location https://mylake.blob.core.windows.net/s3datacopy/migration/AWSDynamoDB/01714992331000-abcdef12/ -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt -AccountName mycosmos -DatabaseName shop -ContainerName Orders

    {"source":"...","passed":true,"matched":10000000,"missing":0,"extra":0,"different":0,"expired":0,"skipped":0,"rejected":0,...}
#>
[CmdletBinding()]
param(
    # The export's folder in the lake; this and the next three stand in the summary of migrate.ps1.
    [Parameter(Mandatory)]
    [string] $Location,

    [Parameter(Mandatory)]
    [string] $PartitionKeyAttribute,

    [string] $SortKeyAttribute,

    [string] $TtlAttribute,

    [Parameter(Mandatory)]
    [string] $AccountName,

    [Parameter(Mandatory)]
    [string] $DatabaseName,

    [Parameter(Mandatory)]
    [string] $ContainerName,

    [int] $Sample,

    # Rejected items that do not fail the gate: as many as the summary of migrate.ps1 says, once somebody has looked at them.
    [long] $AllowRejected,

    # Request units a second that the application can spare; 0 for no limit.
    [int] $MaxThroughput,

    [int] $ShowDifferences = 20,

    # Of a user-assigned identity; without it the system-assigned one signs in.
    [string] $ClientId
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

Import-Module -Name DynamoCosmos

$azure = @{ AzureCredential = 'ManagedIdentity' }
if ($ClientId) { $azure.ClientId = $ClientId }
$keys = @{ PartitionKeyAttribute = $PartitionKeyAttribute }
if ($SortKeyAttribute) { $keys.SortKeyAttribute = $SortKeyAttribute }
if ($TtlAttribute) { $keys.TtlAttribute = $TtlAttribute }
$how = @{ MaxThroughput = $MaxThroughput; AllowRejected = $AllowRejected }
if ($Sample) { $how.Sample = $Sample }

$summary = [ordered]@{ source = $Location; target = "$AccountName/$DatabaseName/$ContainerName"; passed = $false }
$shown = 0
try {
    # Differences as they are found, then the result, then, if there were any, an error: that one is told by the gate itself, after the summary.
    Compare-CosmosMigration -Location $Location -AccountName $AccountName -DatabaseName $DatabaseName -ContainerName $ContainerName @keys @how @azure -ErrorAction SilentlyContinue -ErrorVariable problems |
        ForEach-Object {
            if ($_.PSObject.Properties['Passed']) { $result = $_ }
            # Where, not what: a job's output is no place for the items' own values.
            elseif ($shown++ -lt $ShowDifferences) { [ordered]@{ kind = "$($_.Kind)"; id = $_.Id; at = "$($_.Values | ForEach-Object Path)" } | ConvertTo-Json -Compress }
        }
    if ($result) {
        foreach ($name in 'passed', 'sourceItems', 'targetDocuments', 'matched', 'missing', 'extra', 'different', 'expired', 'skipped', 'rejected', 'allowedRejected', 'isSample', 'requestCharge') { $summary[$name] = $result.$name }
    }
    if ($problems) { throw $problems[0] }
}
catch {
    $summary.errorId = $_.FullyQualifiedErrorId
    $summary.error = $_.Exception.Message
    throw
}
finally {
    $summary | ConvertTo-Json -Compress
}
