#Requires -Version 7.4
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }

# How to test a runbook of your own before it meets a cloud: it runs as it is, against the Sandbox. Here it is samples/runbooks/migrate.ps1.

BeforeAll {
    # So that the runbook's own Import-Module finds what the build made. With the module installed this is not needed.
    $modulePath = $env:PSModulePath
    $env:PSModulePath = [IO.Path]::GetFullPath("$PSScriptRoot/../../out") + [IO.Path]::PathSeparator + $modulePath

    . "$PSScriptRoot/Sandbox.ps1"
    $sandbox = Start-Sandbox -Items 500

    $runbooks = [IO.Path]::GetFullPath("$PSScriptRoot/../runbooks")
    $migration = @{
        TableName              = 'Orders'
        Region                 = 'eu-central-1'
        S3Bucket               = 'my-exports'
        StorageAccountName     = 'lake'
        AccountName            = 'mycosmos'
        DatabaseName           = 'shop'
        AutoscaleMaxThroughput = 10000
    }

    # The last line of its output is what the job says of itself.
    function Invoke-Runbook([string] $Name, [hashtable] $With) {
        & "$runbooks/$Name" @With -WarningAction SilentlyContinue | Select-Object -Last 1 | ConvertFrom-Json
    }
}

AfterAll {
    Stop-Sandbox $sandbox
    $env:PSModulePath = $modulePath
}

Describe 'The migration runbook' {
    It 'asks for an export first and leaves the rest to its next runs' {
        $run = Invoke-Runbook 'migrate.ps1' $migration
        $run.stage | Should -Be 'Export'
        $run.completed | Should -BeFalse
    }

    It 'gets to its end on its schedule' {
        for ($hour = 0; $hour -lt 10 -and -not $run.completed; $hour++) {
            Start-Sleep -Seconds 1
            $run = Invoke-Runbook 'migrate.ps1' $migration
        }
        $run.completed | Should -BeTrue
        $run.read | Should -Be 500
        $run.written + $run.expired + $run.rejected | Should -Be 500
    }

    It 'does no harm when the schedule goes on' {
        $again = Invoke-Runbook 'migrate.ps1' $migration
        $again.completed | Should -BeTrue
        $again.written | Should -Be (Invoke-Runbook 'migrate.ps1' $migration).written
    }

    It 'leaves what the gate lets through' {
        $done = Invoke-Runbook 'migrate.ps1' $migration
        $gate = @{ AccountName = 'mycosmos'; DatabaseName = 'shop'; ContainerName = 'Orders' }
        foreach ($name in 'location', 'partitionKeyAttribute', 'sortKeyAttribute', 'ttlAttribute') { $gate[$name] = $done.$name }
        (Invoke-Runbook 'verify.ps1' $gate).passed | Should -BeTrue
    }

    It 'fails its job, by a stable id, when the table is not there' {
        $wrong = $migration.Clone()
        $wrong.TableName = 'Nothing'
        { Invoke-Runbook 'migrate.ps1' $wrong } | Should -Throw -ErrorId 'DynamoTableNotFound,DynamoCosmos.Commands.GetDynamoExportCommand'
    }
}
