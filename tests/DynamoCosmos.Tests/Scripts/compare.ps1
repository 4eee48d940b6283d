# One comparison, as a runbook would run it. What was found is written as text for the test to read.
param($Module, $Export, $Endpoint, $Key)

Import-Module $Module -ErrorAction Stop
$secret = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
Get-DynamoExport -Location $Export |
    Compare-CosmosMigration -AccountEndpoint $Endpoint -AccountKey $secret -AccountName mycosmos -DatabaseName shop -ContainerName orders -ConnectionMode Gateway -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt -ErrorAction SilentlyContinue |
    ForEach-Object {
        if ($_.PSObject.Properties['Kind']) { "$($_.Kind) $($_.Id) $($_.Values)" }
        else { "Compared $($_.SourceItems) with $($_.TargetDocuments): $($_.Matched) matched, $($_.Missing) missing, $($_.Extra) extra, $($_.Different) different in $($_.Duration.TotalSeconds) s" }
    }
