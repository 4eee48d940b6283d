#Requires -Version 7.4

# Dot-source this in a BeforeAll: Start-Sandbox brings up DynamoDB, S3, Blob Storage and Cosmos DB on 127.0.0.1, in a process of their own, with a table
# 'Orders' and a bucket 'my-exports', and points the module's cmdlets at them. Needs the .NET 10 SDK.

function Start-Sandbox {
    param(
        # In the table.
        [int] $Items = 1000
    )
    # A build pipeline that has built the Sandbox names the file here, and saves the time of a second build.
    $assembly = $env:DYNAMOCOSMOS_SANDBOX
    if (-not $assembly) {
        $project = [IO.Path]::GetFullPath("$PSScriptRoot/../../tests/DynamoCosmos.Sandbox")
        dotnet build $project --nologo --verbosity quiet | Out-Null
        if ($LASTEXITCODE -ne 0) { throw "The Sandbox could not be built: dotnet build $project" }
        $assembly = Get-ChildItem -Path "$project/bin/Debug/*/DynamoCosmos.Sandbox.dll" | Select-Object -First 1
    }
    $text = New-TemporaryFile
    $process = Start-Process -FilePath dotnet -ArgumentList "`"$assembly`"", $Items -RedirectStandardOutput $text -PassThru
    $until = [datetime]::UtcNow.AddSeconds(60)
    while (-not (Select-String -LiteralPath $text -Pattern 'Ctrl\+C ends it' -Quiet)) {
        if ($process.HasExited -or [datetime]::UtcNow -gt $until) { throw 'The Sandbox did not start.' }
        Start-Sleep -Milliseconds 100
    }
    # What it prints for people to paste is a script: it fills $PSDefaultParameterValues.
    $before = @($global:PSDefaultParameterValues.Keys)
    # What follows it is for a shell that runs the worker.
    $code = ((Get-Content -LiteralPath $text -Raw) -split '(?m)^# Or this')[0]
    . ([scriptblock]::Create($code))
    # A local export has ended at once.
    $global:PSDefaultParameterValues['Export-DynamoTable:PollInterval'] = 0.1
    Remove-Item -LiteralPath $text
    [pscustomobject]@{
        Process  = $process
        Defaults = @($global:PSDefaultParameterValues.Keys | Where-Object { $_ -notin $before })
    }
}

function Stop-Sandbox {
    param(
        # What Start-Sandbox gave.
        [Parameter(Mandatory)]
        [AllowNull()]
        $Sandbox
    )
    if (-not $Sandbox) { return }
    foreach ($key in $Sandbox.Defaults) { $global:PSDefaultParameterValues.Remove($key) }
    if (-not $Sandbox.Process.HasExited) { Stop-Process -Id $Sandbox.Process.Id }
}
