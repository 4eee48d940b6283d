#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# A whole migration in a real PowerShell, against the Sandbox: loopback stand-ins in a process of its own, started and ended by this file.

BeforeAll {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")
    Import-Module -Name "$root/out/DynamoCosmos/DynamoCosmos.psd1" -Force

    dotnet build "$root/tests/DynamoCosmos.Sandbox" --nologo --verbosity quiet | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'The Sandbox could not be built: dotnet build tests/DynamoCosmos.Sandbox' }
    $sandboxText = New-TemporaryFile
    $assembly = Get-ChildItem -Path "$root/tests/DynamoCosmos.Sandbox/bin/Debug/*/DynamoCosmos.Sandbox.dll" | Select-Object -First 1
    $sandbox = Start-Process -FilePath dotnet -ArgumentList "`"$assembly`"", '1000' -RedirectStandardOutput $sandboxText -PassThru
    $until = [datetime]::UtcNow.AddSeconds(60)
    while (-not (Select-String -LiteralPath $sandboxText -Pattern 'Ctrl\+C ends it' -Quiet)) {
        if ($sandbox.HasExited -or [datetime]::UtcNow -gt $until) { throw 'The Sandbox did not start.' }
        Start-Sleep -Milliseconds 100
    }
    # What it prints for people to paste is a script: it points the cmdlets at the Sandbox.
    . ([scriptblock]::Create((Get-Content -LiteralPath $sandboxText -Raw)))
    $PSDefaultParameterValues['Export-DynamoTable:PollInterval'] = 0.1

    function Invoke-Migration {
        Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery -WarningAction SilentlyContinue |
            Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
            New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders -AutoscaleMaxThroughput 40000 |
            Import-CosmosItems -WarningAction SilentlyContinue
    }
}

AfterAll {
    foreach ($key in @($PSDefaultParameterValues.Keys)) {
        if ($key -match '^(Get|Export)-Dynamo|^Copy-S3ToAdls|Cosmos') { $PSDefaultParameterValues.Remove($key) }
    }
    if ($sandbox -and -not $sandbox.HasExited) { Stop-Process -Id $sandbox.Id }
    if ($sandboxText) { Remove-Item -LiteralPath $sandboxText }
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
        $secret = $PSDefaultParameterValues['Import-CosmosItems:AccountKey']
        $endpoint = $PSDefaultParameterValues['Import-CosmosItems:AccountEndpoint']
        $from = @{}
        foreach ($name in 'EndpointUrl', 'Region', 'AccessKey', 'SecretKey') { $from[$name] = $PSDefaultParameterValues["Import-CosmosItems:$name"] }
        $found = $export | Compare-CosmosMigration -AccountName mycosmos -AccountEndpoint $endpoint -AccountKey $secret -DatabaseName shop -ContainerName orders -ConnectionMode Gateway @from
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
