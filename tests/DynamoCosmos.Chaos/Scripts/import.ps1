# One try at an import that other tries may follow: the same line each time. The counts go out as text, for whoever started this process.
param($Module, $Export, $Endpoint, $Key, $Checkpoint, $Rejections, $StorageKey)

# -ErrorAction Stop ends a command, and this ends the script with it: a try without a result is no success.
$ErrorActionPreference = 'Stop'
Import-Module $Module
$secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
$files = @{}
if ($Checkpoint) { $files = @{ CheckpointPath = $Checkpoint; RejectedItemPath = $Rejections; StorageAccountKey = [System.Net.NetworkCredential]::new('', $StorageKey).SecurePassword } }
$result = Import-CosmosItems @files -Location $Export -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt -WarningAction SilentlyContinue -ErrorAction Stop
"result: Completed=$($result.Completed) Read=$($result.Read) Written=$($result.Written) Expired=$($result.Expired) Rejected=$($result.Rejected) Runs=$($result.Runs)"
