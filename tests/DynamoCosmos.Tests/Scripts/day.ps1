# One day of a migration, in a process of its own. Days share only the files in -Folder. This host has no Export-Clixml, so the script calls what it calls.
param($Day, $Folder, $Module, $Export, $Endpoint, $Key)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$PSDefaultParameterValues = @{
    '*-Cosmos*:AccountEndpoint' = $Endpoint
    '*-Cosmos*:AccountKey'      = [System.Net.NetworkCredential]::new('', $Key).SecurePassword
    '*-Cosmos*:ConnectionMode'  = 'Gateway'
}

function Save($Name, $Value) { [IO.File]::WriteAllText("$Folder/$Name.clixml", [System.Management.Automation.PSSerializer]::Serialize($Value)) }
function Open($Name) { [System.Management.Automation.PSSerializer]::Deserialize([IO.File]::ReadAllText("$Folder/$Name.clixml")) }

switch ($Day) {
    1 {
        $found = Get-DynamoExport -Location $Export -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt
        Save export $found
        Save assessment ($found | Measure-DynamoTable)
    }
    2 {
        $policy = '{"indexingMode":"consistent","includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/note/?"}]}'
        $target = Open export | New-CosmosMigrationContainer mycosmos shop orders -IndexingPolicy $policy -DeferIndexing
        Save target $target
        Save import ($target | Import-CosmosItems)
    }
    3 {
        $target = Open target
        $completed = $target | Complete-CosmosMigration
        $completed.IndexingPolicy
        Save comparison ($target | Compare-CosmosMigration)
        (Open assessment), (Open import), (Open comparison) | Export-MigrationReport -Path "$Folder/report.html"
    }
}
