#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# A migration over days: each stage in a process of its own, which shares nothing with the others but files of Export-Clixml. In a real PowerShell, with real jobs.

BeforeAll {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $manifest = "$root/out/DynamoCosmos/DynamoCosmos.psd1"
    Import-Module -Name $manifest -Force
    . "$root/samples/pester/Sandbox.ps1"
    $sandbox = Start-Sandbox -Items 500
    $defaults = $global:PSDefaultParameterValues.Clone()
    # Not the TestDrive, which is emptied after each Describe.
    $folder = (New-Item -Path ([IO.Path]::GetTempPath()) -Name "days-$([guid]::NewGuid())" -ItemType Directory).FullName

    # Runs a script in another pwsh. Its defaults come in by parameter, since a job has no $PSDefaultParameterValues.
    function Invoke-Day([scriptblock] $Script) {
        $lines = 'param($Manifest, $Folder, $Defaults)', '$ErrorActionPreference = "Stop"', 'Import-Module $Manifest', '$global:PSDefaultParameterValues = $Defaults', "$Script"
        Start-Job -ScriptBlock ([scriptblock]::Create($lines -join "`n")) -ArgumentList $manifest, $folder, $defaults | Receive-Job -Wait -AutoRemoveJob
    }
}

AfterAll {
    Stop-Sandbox $sandbox
    if ($folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
}

Describe 'A migration over three days' {
    It 'exports, assesses and sets up on the first day' {
        Invoke-Day {
            $export = Export-DynamoTable Orders my-exports -EnablePointInTimeRecovery -WarningAction SilentlyContinue
            $export | Export-Clixml "$Folder/export.clixml"
            $export | Measure-DynamoTable | Export-Clixml "$Folder/assessment.clixml"
            $policy = '{"indexingMode":"consistent","includedPaths":[{"path":"/*"}],"excludedPaths":[{"path":"/note/?"}]}'
            $export | New-CosmosMigrationContainer mycosmos shop days -IndexingPolicy $policy -DeferIndexing -AutoscaleMaxThroughput 40000 | Export-Clixml "$Folder/target.clixml"
        }
        "$folder/target.clixml" | Should -Exist
    }

    It 'imports on the second day' {
        $result = Invoke-Day {
            Import-Clixml "$Folder/target.clixml" | Import-CosmosItems -WarningAction SilentlyContinue | Tee-Object -Variable result
            $result | Export-Clixml "$Folder/import.clixml"
        }
        $result | Should -HaveCount 1
        # What comes out of a job is an object of the module again.
        $result.GetType().FullName | Should -Be 'DynamoCosmos.Import.ImportResult'
        $result.Completed | Should -BeTrue
        $result.Read | Should -Be 500
    }

    It 'completes with the policy of the first day, compares and reports on the third day' {
        $found = Invoke-Day {
            $target = Import-Clixml "$Folder/target.clixml"
            $target | Complete-CosmosMigration
            $target | Compare-CosmosMigration | Export-Clixml "$Folder/comparison.clixml"
            Import-Clixml "$Folder/assessment.clixml", "$Folder/import.clixml", "$Folder/comparison.clixml" | Export-MigrationReport -Path "$Folder/report.html"
        }
        $found.IndexingPolicy | Should -Match '/note/\?'
        $page = Get-Content -LiteralPath "$folder/report.html" -Raw
        foreach ($heading in 'Verification', 'Import', 'Assessment') { $page | Should -Match "<h2>$heading</h2>" }
        $page | Should -Match 'Every item has its document'
    }

    It 'puts no secret into a file' {
        $secrets = @($defaults.Values | Where-Object { $_ -is [securestring] } | ForEach-Object { [Net.NetworkCredential]::new('', $_).Password })
        $secrets.Count | Should -BeGreaterThan 0
        foreach ($file in Get-ChildItem -Path $folder -Filter *.clixml) {
            $text = Get-Content -LiteralPath $file -Raw
            foreach ($secret in $secrets) { $text.Contains($secret) | Should -BeFalse -Because $file.Name }
            $text | Should -Not -Match '<SS '
        }
    }
}

Describe 'A saved object' {
    It 'binds to <_>' -ForEach @(
        'Measure-DynamoTable'
        'ConvertTo-CosmosItem -First 1 -WarningAction SilentlyContinue'
        'Read-DynamoExport -First 1'
        'Copy-S3ToAdls lake raw'
        'New-CosmosMigrationContainer mycosmos shop again -WhatIf'
        'New-MigrationMapping "$folder/mapping.json" -Force'
        'Import-CosmosItems -AccountName mycosmos -DatabaseName shop -ContainerName days -WhatIf'
    ) {
        $line = [scriptblock]::Create("Import-Clixml '$folder/export.clixml' | $_ -ErrorAction Stop")
        { & $line } | Should -Not -Throw
    }

    It 'says from when changes are exported' {
        # A window of some seconds is too short for AWS: its beginning was read.
        { Export-DynamoTable -Since (Import-Clixml "$folder/export.clixml") -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'DynamoExportWindowTooShort,*'
    }

    It 'is the object that it was, also as an argument of a job' {
        $export = Import-Clixml "$folder/export.clixml"
        $name = Start-Job { Import-Module $using:manifest; ($using:export).TableName } | Receive-Job -Wait -AutoRemoveJob
        $name | Should -Be 'Orders'
        $items = Start-Job {
            Import-Module $using:manifest
            $global:PSDefaultParameterValues = $using:defaults
            ($using:export | Measure-DynamoTable).ItemsAssessed
        } | Receive-Job -Wait -AutoRemoveJob
        $items | Should -Be 500
    }
}
