#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# What a script can rely on, in a real PowerShell: commands, parameters, output types, help, manifest.

BeforeDiscovery {
    $manifest = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/DynamoCosmos/DynamoCosmos.psd1")
    if (-not (Test-Path -LiteralPath $manifest)) { throw "Build the module first: dotnet build src/DynamoCosmos (looked for $manifest)." }
    Import-Module -Name $manifest -Force
    $commands = @(Get-Command -Module DynamoCosmos -CommandType Cmdlet)
    $topics = @(Get-ChildItem -Path "$PSScriptRoot/../../docs/en-US/about_*.md" | ForEach-Object BaseName)
}

BeforeAll {
    $manifest = [IO.Path]::GetFullPath("$PSScriptRoot/../../out/DynamoCosmos/DynamoCosmos.psd1")
    $tests = @(Get-ChildItem -Path "$PSScriptRoot/../DynamoCosmos.Tests" -Filter *.cs -Recurse | Where-Object FullName -NotMatch '[\\/](obj|bin|Help|Surface)[\\/]')
    $pages = [IO.Path]::GetFullPath("$PSScriptRoot/../../docs/en-US")
    Import-Module -Name $manifest -Force
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
}

Describe 'The manifest' {
    It 'is valid' {
        Test-ModuleManifest -Path $manifest -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'exports exactly the cmdlets that the module has' {
        $data = Import-PowerShellDataFile -LiteralPath $manifest
        $exported = @(Get-Command -Module DynamoCosmos -CommandType Cmdlet | ForEach-Object Name | Sort-Object)
        $exported | Should -Be @($data.CmdletsToExport | Sort-Object)
    }

    It 'imports again with -Force' {
        { Import-Module -Name $manifest -Force -ErrorAction Stop } | Should -Not -Throw
    }

    It 'keeps the SDKs of the module out of the session' {
        $loaded = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName().Name }
        $loaded | Should -Not -Contain 'AWSSDK.Core'
        $loaded | Should -Not -Contain 'Azure.Core'
        $loaded | Should -Not -Contain 'Microsoft.Azure.Cosmos.Client'
    }
}

Describe 'The surface' {
    It 'is the committed one' {
        $now = @(& "$PSScriptRoot/Get-ModuleSurface.ps1" -Module DynamoCosmos)
        $committed = @(Get-Content -LiteralPath "$PSScriptRoot/surface.txt")
        $now | Should -Be $committed
    }
}

Describe '<_.Name>' -ForEach $commands {
    BeforeAll {
        $command = $_
        $help = Get-Help -Name $command.Name -Full
    }

    It 'has an approved verb and a noun of its own' {
        Get-Verb -Verb $command.Verb | Should -Not -BeNullOrEmpty
        $command.Noun | Should -Match '^[A-Z][A-Za-z0-9]+$'
    }

    It 'has a page' {
        Join-Path $pages "$($command.Name).md" | Should -Exist
    }

    It 'has a test that runs it' {
        # In the tests of the module: in a script, so after a quote, a pipe, a space or the like, and not in a name of a file.
        $tests | Select-String -Pattern "(?<![\w-])$($command.Name)(?![\w-]|\.md)" -List | Should -Not -BeNullOrEmpty
    }

    It 'declares what it writes' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has -WhatIf exactly if it changes something' {
        $reads = $command.Verb -in 'Get', 'Test', 'Compare', 'Measure', 'Read', 'ConvertTo'
        $changes = $command.Parameters.ContainsKey('WhatIf')
        if ($command.Name -ne 'Compare-CosmosMigration') { $changes | Should -Be (-not $reads) }
    }

    It 'has help with a synopsis, a description, examples and links' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match ([regex]::Escape("$($command.Name) ["))
        $help.description | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        $help.relatedLinks | Should -Not -BeNullOrEmpty
    }

    It 'has help for every parameter' {
        foreach ($name in $command.Parameters.Keys) {
            if ($name -in $common -and $name -notin 'WhatIf', 'Confirm') { continue }
            $parameter = $help.parameters.parameter | Where-Object name -EQ $name
            $parameter.description.Text | Should -Not -BeNullOrEmpty -Because "-$name needs a text"
        }
    }

    It 'has at most one parameter that takes the piped object in each set' {
        foreach ($set in $command.ParameterSets) {
            @($set.Parameters | Where-Object ValueFromPipeline).Count | Should -BeLessOrEqual 1 -Because "set $($set.Name)"
        }
    }

    It 'has examples that PowerShell can parse' {
        foreach ($example in $help.examples.example) {
            $problems = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $example.title
        }
    }
}

Describe '<_>' -ForEach $topics {
    It 'is found by Get-Help' {
        (Get-Help -Name $_).ToString() | Should -Match "^TOPIC\s+$_"
    }
}
