# Holds the export against the container. Each difference goes out as text, and the summary.
param($Module, $Export, $Endpoint, $Key, $Checkpoint, $Rejections, $StorageKey)

# Which items the import rejected is checked by the caller.
Import-Module $Module -ErrorAction Stop
$secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
Compare-CosmosMigration -Location $Export -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt -AllowRejected 1000000 -WarningAction SilentlyContinue -ErrorAction SilentlyContinue |
    ForEach-Object {
        if ($_.PSObject.Properties['Kind']) { "difference: $($_.Kind) $($_.Id) $($_.Values)" }
        else { "comparison: Passed=$($_.Passed) Matched=$($_.Matched) Missing=$($_.Missing) Extra=$($_.Extra) Different=$($_.Different) Expired=$($_.Expired) Rejected=$($_.Rejected)" }
    }
