<#
.SYNOPSIS
    Tells what a script can rely on in a module: each command's parameters, one line a parameter, or one for each set where its sets differ in it.

.DESCRIPTION
    The text is committed as surface.txt, so that a change of a parameter is seen in review. To take over a wanted change, delete surface.txt and run the
    tests once. It keeps to the language and to .NET: the xunit tests run it in the bare engine, the Pester tests in pwsh.
#>
param(
    [Parameter(Mandatory)]
    [string] $Module
)

$common = [System.Management.Automation.Cmdlet]::CommonParameters
$lines = [System.Collections.Generic.List[string]]::new()
foreach ($command in Get-Command -Module $Module -CommandType Cmdlet, Function, Alias) {
    if ($command.CommandType -eq 'Alias') {
        $lines.Add("$($command.Name) -> $($command.Definition)")
        continue
    }
    $sets = [System.Collections.Generic.Dictionary[string, System.Collections.Generic.List[string]]]::new()
    foreach ($set in $command.ParameterSets) {
        $name = if ($set.IsDefault -and $command.ParameterSets.Count -gt 1) { "$($set.Name) (default)" } else { $set.Name }
        foreach ($parameter in $set.Parameters) {
            if ($common -contains $parameter.Name -or $parameter.Name -in 'WhatIf', 'Confirm') { continue }
            $marks = @(
                if ($parameter.Position -ge 0) { "$($parameter.Position)" }
                if ($parameter.ValueFromPipeline) { 'value' }
                if ($parameter.ValueFromPipelineByPropertyName) { 'property' }
                foreach ($alias in $parameter.Aliases) { "alias $alias" }
            )
            $text = "-$($parameter.Name)"
            if ($parameter.ParameterType -ne [switch]) {
                $type = [Nullable]::GetUnderlyingType($parameter.ParameterType)
                if (-not $type) { $type = $parameter.ParameterType }
                $text += " <$($type.Name)>"
            }
            if ($marks) { $text += " ($($marks -join ', '))" }
            if (-not $parameter.IsMandatory) { $text = "[$text]" }
            if (-not $sets.ContainsKey($text)) { $sets[$text] = [System.Collections.Generic.List[string]]::new() }
            $sets[$text].Add($name)
        }
    }
    foreach ($text in $sets.Keys) {
        if ($sets[$text].Count -eq $command.ParameterSets.Count) { $lines.Add("$($command.Name) $text") }
        else { foreach ($set in $sets[$text]) { $lines.Add("$($command.Name) $text in $set") } }
    }
}
$lines.Sort([StringComparer]::Ordinal)
$lines
