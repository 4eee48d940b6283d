#Requires -Version 7.4
<#
.SYNOPSIS
    Runs one file of Pester tests, and ends with a line that counts them. The exit code is 1 if a test failed.
#>
param(
    [Parameter(Mandatory)]
    [string] $PesterManifest,

    [Parameter(Mandatory)]
    [string] $Path
)

$ErrorActionPreference = 'Stop'
Import-Module -Name $PesterManifest
$result = Invoke-Pester -Path $Path -PassThru
$skipped = $result.SkippedCount + $result.NotRunCount + $result.InconclusiveCount
"Pester: $($result.PassedCount) passed, $($result.FailedCount) failed, $skipped skipped"
if ($result.Result -ne 'Passed') { exit 1 }
