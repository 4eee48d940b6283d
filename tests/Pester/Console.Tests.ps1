#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# What people see in a console: Tab in a terminal, paths, and output of scripts. The terminal is tmux with this pwsh and PSReadLine in it; without tmux, and on
# Windows, those tests are skipped.

BeforeDiscovery {
    $hasTerminal = -not $IsWindows -and (Get-Command -Name tmux -CommandType Application -ErrorAction Ignore) -and (Get-Module -Name PSReadLine -ListAvailable)
}

BeforeAll {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $manifest = "$root/out/DynamoCosmos/DynamoCosmos.psd1"
    Import-Module -Name $manifest -Force
    . "$root/samples/pester/Sandbox.ps1"
    $sandbox = Start-Sandbox -Items 100
    $folder = (New-Item -Path ([IO.Path]::GetTempPath()) -Name "console-$([guid]::NewGuid())" -ItemType Directory).FullName
    $null = New-Item -Path "$folder/export one" -ItemType Directory

    # A pwsh in a terminal of 80 columns. It gets the defaults of this session through a file that holds them as code, as a profile would.
    function Open-Terminal {
        $lines = foreach ($key in $global:PSDefaultParameterValues.Keys) {
            $value = $global:PSDefaultParameterValues[$key]
            $text = if ($value -is [securestring]) { "(ConvertTo-SecureString '$([Net.NetworkCredential]::new('', $value).Password)' -AsPlainText)" } else { "'$value'" }
            "`$global:PSDefaultParameterValues['$key'] = $text"
        }
        Set-Content -LiteralPath "$folder/profile.ps1" -Value "Import-Module '$manifest'", 'Set-PSReadLineKeyHandler -Key Tab -Function Complete', $lines, "Set-Location '$folder'"
        $pwsh = (Get-Process -Id $PID).Path
        # A pwsh that is a .NET tool runs in dotnet.
        if ((Split-Path -Path $pwsh -LeafBase) -eq 'dotnet') { $pwsh = "$pwsh '$PSHOME/pwsh.dll'" }
        tmux -L $socket new-session -d -x 80 -y 40 "$pwsh -NoProfile -NoExit -File '$folder/profile.ps1'"
        Wait-Screen 'PS .*>'
    }

    function Wait-Screen([string] $Pattern) {
        # Ends at the latest after a minute and a half, with what is on the screen.
        foreach ($attempt in 1..300) {
            $screen = (tmux -L $socket capture-pane -p -J) -join "`n"
            if ($screen -match $Pattern) { return $screen }
            Start-Sleep -Milliseconds 300
        }
        throw "The terminal does not show '$Pattern':`n$screen"
    }

    # Types a line, presses Tab until the pattern shows, and empties the line again.
    function Complete-Line([string] $Line, [string] $Pattern) {
        tmux -L $socket send-keys -l $Line
        $null = Wait-Screen ([regex]::Escape($Line.Split(' ')[-1]))
        foreach ($attempt in 1..20) {
            tmux -L $socket send-keys Tab
            foreach ($look in 1..10) {
                Start-Sleep -Milliseconds 300
                $screen = (tmux -L $socket capture-pane -p -J) -join "`n"
                if ($screen -match $Pattern) {
                    tmux -L $socket send-keys C-u
                    tmux -L $socket send-keys C-l
                    return $true
                }
            }
        }
        throw "Tab after '$Line' does not show '$Pattern':`n$screen"
    }
    $socket = "dynamocosmos-$PID"
}

AfterAll {
    if (Get-Command -Name tmux -CommandType Application -ErrorAction Ignore) { tmux -L $socket kill-server 2>$null }
    Stop-Sandbox $sandbox
    if ($folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
}

Describe 'Tab in a terminal' -Skip:(-not $hasTerminal) {
    BeforeAll {
        $null = Get-DynamoTable -Name Orders | New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName slots
        $null = Open-Terminal
    }

    It 'completes tables by the defaults of the session' {
        Complete-Line 'Export-DynamoTable -TableName Or' 'TableName Orders' | Should -BeTrue
    }

    It 'completes buckets by the defaults of the session' {
        Complete-Line 'Export-DynamoTable Orders -S3Bucket my' 'S3Bucket my-exports' | Should -BeTrue
    }

    It 'completes databases and containers by the defaults of the session' {
        Complete-Line 'Import-CosmosItems -DatabaseName sh' 'DatabaseName shop' | Should -BeTrue
        Complete-Line 'Import-CosmosItems -DatabaseName shop -ContainerName sl' 'ContainerName slots' | Should -BeTrue
    }

    It 'completes paths of the file system' {
        Complete-Line 'Read-DynamoExport -Path ./exp' "export one/?'" | Should -BeTrue
        Complete-Line 'Get-DynamoExport -Location ./exp' "export one/?'" | Should -BeTrue
    }
}

Describe 'Paths' {
    It 'complete for <_>' -ForEach @(
        'Import-CosmosItems -Location', 'Compare-CosmosMigration -Location', 'Get-DynamoExport -Location', 'Measure-DynamoTable -Location', 'Read-DynamoExport -Path', 'New-MigrationMapping x.json -Location'
    ) {
        $line = "$_ $folder/exp"
        (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText | Should -Be "'$folder/export one'"
    }
}

Describe 'A script that shows several objects' {
    It 'shows each of them in a few lines of 80 columns' {
        $table = Get-DynamoTable -Name Orders
        $export = $table | Export-DynamoTable -S3Bucket my-exports -EnablePointInTimeRecovery -WarningAction SilentlyContinue
        $shown = @($table, $export, ($export | Measure-DynamoTable)) | Out-String -Width 80
        $shown.Split("`n").Count | Should -BeLessThan 40
        $shown | Should -Not -Match '\{ \w+ ='
        $shown | Should -Match 'ItemCount\s+: 100'
    }

    It 'shows a file that it wrote as any other file' {
        $file = Get-DynamoTable -Name Orders | New-MigrationMapping -Path "$folder/mapping.json" -Force
        $file.PSPath | Should -Not -BeNullOrEmpty
        "$($file.Mode)" | Should -Not -BeNullOrEmpty
    }
}
