#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests, measures and packages DynamoCosmos.

.DESCRIPTION
    Plain functions over dotnet: whatever a task does can be done by hand with the line that it runs. Only Pester needs PowerShell and Pester to be
    installed; the script itself keeps to the language and to .NET, so that any host of PowerShell's engine can run it.

.EXAMPLE
    ./build.ps1

    Builds the module into out/DynamoCosmos and runs all tests.

.EXAMPLE
    ./build.ps1 -Task Test -Filter 'FullyQualifiedName~Help'

    Runs the tests whose name holds Help.

.EXAMPLE
    ./build.ps1 -Task Package

    Makes artifacts/DynamoCosmos/<version> and artifacts/DynamoCosmos.<version>.nupkg from a Release build.
#>
[CmdletBinding()]
param(
    [ValidateSet('Clean', 'Build', 'Test', 'Bench', 'Package', 'Pester', 'Chaos')]
    [string[]] $Task = @('Build', 'Test'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug',

    # For Test: a filter of 'dotnet test'. For Bench: of BenchmarkDotNet; without one it is the whole table of docs/performance.md.
    [string] $Filter,

    # For Chaos: how many imports are killed at random moments.
    [ValidateRange(1, 100000)]
    [int] $Runs = 20
)

$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    "dotnet $($args -join ' ')"
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "'dotnet $($args[0])' ended with exit code $LASTEXITCODE." }
}

function Get-RepositoryPath([string[]] $Part) { [IO.Path]::Combine([string[]] (@($PSScriptRoot) + $Part)) }

function Clear-Build {
    foreach ($folder in 'out', 'artifacts', 'TestResults') {
        $path = Get-RepositoryPath $folder
        if ([IO.Directory]::Exists($path)) { [IO.Directory]::Delete($path, $true) }
    }
    foreach ($parent in 'src', 'tests', 'tools', 'samples') {
        foreach ($project in [IO.Directory]::GetFiles((Get-RepositoryPath $parent), '*.csproj', 'AllDirectories')) {
            foreach ($folder in 'bin', 'obj') {
                $path = [IO.Path]::Combine([IO.Path]::GetDirectoryName($project), $folder)
                if ([IO.Directory]::Exists($path)) { [IO.Directory]::Delete($path, $true) }
            }
        }
    }
}

function Build-Module { Invoke-Dotnet build (Get-RepositoryPath 'Migrator.sln') --configuration $Configuration --nologo }

function Test-Module {
    $more = if ($Filter) { '--filter', $Filter } else { @() }
    Invoke-Dotnet test (Get-RepositoryPath 'Migrator.sln') --configuration $Configuration --nologo @more
}

function Measure-Module {
    $what = if ($Filter) { '--filter', $Filter } else { , 'run' }
    Invoke-Dotnet run --configuration Release --project (Get-RepositoryPath 'tests', 'DynamoCosmos.Bench') '--' @what
}

# In a folder of its own, so that the package never holds what an earlier or a Debug build left behind in out/.
function New-ModulePackage {
    $stage = (Get-RepositoryPath 'artifacts', 'stage', 'DynamoCosmos') + [IO.Path]::DirectorySeparatorChar
    if ([IO.Directory]::Exists($stage)) { [IO.Directory]::Delete($stage, $true) }
    Invoke-Dotnet build (Get-RepositoryPath 'src', 'DynamoCosmos') --configuration Release --nologo "-p:ModuleOutput=$stage" "-p:PathMap=$PSScriptRoot=/_"
    Invoke-Dotnet run --configuration Release --project (Get-RepositoryPath 'tools', 'DynamoCosmos.Package') '--' $stage (Get-RepositoryPath 'src') (Get-RepositoryPath 'artifacts')
}

function Test-WithPester {
    if (-not (Get-Module -Name Pester -ListAvailable)) {
        throw 'Pester is not installed here. It needs PowerShell 7.4 or later and: Install-PSResource -Name Pester'
    }
    Invoke-Dotnet build (Get-RepositoryPath 'src', 'DynamoCosmos') --configuration $Configuration --nologo
    Import-Module -Name Pester -MinimumVersion 5.0
    $result = Invoke-Pester -Path (Get-RepositoryPath 'tests', 'Pester'), (Get-RepositoryPath 'samples', 'pester') -PassThru
    if ($result.Result -ne 'Passed') { throw "$($result.FailedCount) Pester tests failed." }
}

function Test-Chaos {
    Invoke-Dotnet run --configuration Release --project (Get-RepositoryPath 'tests', 'DynamoCosmos.Chaos') '--' --runs $Runs
}

foreach ($name in $Task) {
    switch ($name) {
        'Clean' { Clear-Build }
        'Build' { Build-Module }
        'Test' { Test-Module }
        'Bench' { Measure-Module }
        'Package' { New-ModulePackage }
        'Pester' { Test-WithPester }
        'Chaos' { Test-Chaos }
    }
}
