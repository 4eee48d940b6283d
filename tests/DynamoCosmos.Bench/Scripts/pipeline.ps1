# An export's items through ForEach-Object, and (with an endpoint) on into a container, so many times. Timed is the last time, without the start of PowerShell.
param($Module, $Export, $Endpoint, $Key, [int] $Times = 1)

Import-Module $Module -ErrorAction Stop
for ($i = 1; $i -le $Times; $i++) {
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
}
"seconds: $($watch.Elapsed.TotalSeconds)"
