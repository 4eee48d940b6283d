#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# A whole migration in a real PowerShell, against the Sandbox: loopback stand-ins in a process of its own, started and ended by this file.

BeforeAll {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")
    Import-Module -Name "$root/out/DynamoCosmos/DynamoCosmos.psd1" -Force

    . "$root/samples/pester/Sandbox.ps1"
    $sandbox = Start-Sandbox -Items 1000

    function Invoke-Migration {
        Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -WarningAction SilentlyContinue |
            Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
            New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -AutoscaleMaxThroughput 40000 |
            Import-CosmosItems -WarningAction SilentlyContinue
    }
}

AfterAll {
    Stop-Sandbox $sandbox
}

Describe 'Before the migration' {
    It 'shows the table with units that people read' {
        $shown = Get-DynamoTable -Name Orders | Out-String -Width 120
        $shown | Should -Match 'TableName\s+Status\s+Keys\s+Items\s+Size'
        $shown | Should -Match 'Orders\s+ACTIVE\s+customerId \(S\), orderId \(S\)\s+1,000'
    }

    It 'tells what it would do and does nothing with -WhatIf' {
        Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -WhatIf | Should -BeNullOrEmpty
        (Get-DynamoTable -Name Orders).PointInTimeRecovery | Should -BeFalse
    }

    It 'shows the document that an item will become' {
        '{"Item":{"pk":{"S":"a"},"n":{"N":"1.50"}}}' | ConvertTo-CosmosItem -PartitionKeyAttribute pk | ConvertFrom-Json | ForEach-Object n | Should -Be 1.5
    }

    It 'shows the first documents of a table and ends with them' {
        $documents = Get-DynamoTable -Name Orders | ConvertTo-CosmosItem -WarningAction SilentlyContinue | Select-Object -First 3 | ConvertFrom-Json
        $documents | Should -HaveCount 3
        $documents[0].id | Should -Match '\|'
    }

    It 'refuses a table that is not there by a stable id' {
        Get-DynamoTable -Name Nothing -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'DynamoTableNotFound,*'
        $problem[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }
}

Describe 'The migration' {
    It 'carries every item from the table to the container' {
        $result = Invoke-Migration
        $result | Should -HaveCount 1
        $result.Completed | Should -BeTrue
        $result.Read | Should -Be 1000
        $result.Written + $result.Expired + $result.Rejected | Should -Be 1000
        $result.Rejected | Should -Be 0
    }

    It 'does nothing when it is run again' {
        (Invoke-Migration).WasComplete | Should -BeTrue
    }

    It 'finds container and export equal' {
        $export = Get-DynamoTable -Name Orders | Get-DynamoExport | Select-Object -First 1
        $found = $export | Compare-CosmosMigration -AccountName mycosmos -DatabaseName shop -ContainerName orders
        $found[-1].Passed | Should -BeTrue
    }
}

Describe 'In the console' {
    It 'completes parameter names and values' {
        $names = (TabExpansion2 -inputScript 'Import-CosmosItems -Num' -cursorColumn 23).CompletionMatches.CompletionText
        $names | Should -Contain '-NumberMode'
        $values = (TabExpansion2 -inputScript 'Import-CosmosItems -NumberMode ' -cursorColumn 31).CompletionMatches.CompletionText
        $values | Should -Contain 'Reject'
    }

    It 'completes the names of what is there' {
        $line = 'Export-DynamoTable -TableName Or'
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be 'Orders'
        $line = 'Export-DynamoTable -TableName Orders -S3Bucket '
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be 'my-exports'
    }

    It 'stops at once and leaves nothing running when it is interrupted' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript({
                param($Manifest, $Defaults)
                Import-Module -Name $Manifest
                $PSDefaultParameterValues = $Defaults
                Export-DynamoTable -TableName Orders -S3Bucket my-exports -ClientToken interrupted -PollInterval 600 -EnablePointInTimeRecovery
            }).AddArgument("$root/out/DynamoCosmos/DynamoCosmos.psd1").AddArgument($PSDefaultParameterValues.Clone())
        try {
            $running = $shell.BeginInvoke()
            Start-Sleep -Seconds 2
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
            $running.IsCompleted | Should -BeTrue
        }
        finally {
            $shell.Dispose()
        }
    }
}
