# One import from a local folder, as a runbook would run it. Throws, and so fails its process, if it does not complete.
param($Module, $Export, $Endpoint, $Key)

Import-Module $Module -ErrorAction Stop
$secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
$result = Get-DynamoExport -Location $Export |
    Import-CosmosItems -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt -ErrorAction Stop
if (-not $result.Completed) { throw 'The import did not complete.' }
$result
"In flight at most: $($result.PeakInFlight)"
