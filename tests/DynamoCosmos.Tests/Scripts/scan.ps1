# One import straight from a table. Throws, and so fails its process, if it does not complete.
param($Module, $Table, $Aws, $AccessKey, $SecretKey, $Region, $Endpoint, $Key, $Checkpoint)

Import-Module $Module -ErrorAction Stop
$secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
$from = @{ EndpointUrl = $Aws; Region = $Region; AccessKey = $AccessKey; SecretKey = $SecretKey }
$result = Get-DynamoTable $Table @from |
    Import-CosmosItems @from -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -CheckpointPath $Checkpoint -ErrorAction Stop
if (-not $result.Completed) { throw 'The import did not complete.' }
$result
"In flight at most: $($result.PeakInFlight)"
