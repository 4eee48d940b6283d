# An export's items through ForEach-Object, and (with an endpoint) on into a container. Only the pipeline is timed, not the start of PowerShell.
param($Module, $Export, $Endpoint, $Key)

Import-Module $Module -ErrorAction Stop
$watch = [System.Diagnostics.Stopwatch]::StartNew()
if ($Endpoint) {
    $secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
    $result = Read-DynamoExport -Path $Export | ForEach-Object { $_.status = $_.status.ToLower(); $_ } |
        Import-CosmosItems -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt -WarningAction SilentlyContinue -ErrorAction Stop
    if (-not $result.Completed) { throw 'The import did not complete.' }
}
else {
    Read-DynamoExport -Path $Export | ForEach-Object { $_.status = $_.status.ToLower(); $_ } | Out-Null
}
"seconds: $($watch.Elapsed.TotalSeconds)"
