# The sample, against a stand-in: its results go out as text.
param($Module, $Sample, $Export, $Endpoint, $Key, $AllowRejected)

Import-Module $Module -ErrorAction Stop
$PSDefaultParameterValues = @{
    '*-Cosmos*:AccountEndpoint' = $Endpoint
    '*-Cosmos*:AccountKey'      = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
    '*-Cosmos*:ConnectionMode'  = 'Gateway'
    '*-Cosmos*:WarningAction'   = 'SilentlyContinue'
}
foreach ($result in & $Sample -Location $Export -AccountName mycosmos -DatabaseName shop -SkipContainers -AllowRejected $AllowRejected) {
    if ($result.PSObject.Properties['Written']) {
        "import: Completed=$($result.Completed) Read=$($result.Read) Written=$($result.Written) Rejected=$($result.Rejected) WithoutRoute=$($result.WithoutRoute) Resumed=$($result.Runs -gt 1)"
        foreach ($container in $result.Containers) { "  $($container.ContainerName): Read=$($container.Read) Written=$($container.Written)" }
    }
    else {
        "comparison: Passed=$($result.Passed) Matched=$($result.Matched) SourceItems=$($result.SourceItems) Rejected=$($result.Rejected)"
        foreach ($container in $result.Containers) { "  $($container.Target): Matched=$($container.Matched) Extra=$($container.Extra)" }
    }
}
