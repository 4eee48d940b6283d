using System.Text.Json;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Entra;
using DynamoCosmos.Tests.Access;

namespace DynamoCosmos.Tests.Samples;

/// <summary>
/// What Azure Automation is to a runbook: a process of its own with the job's managed identity and a credential asset for AWS. The runbooks
/// run as they are; only where the clouds are is told from outside, as $PSDefaultParameterValues.
/// </summary>
internal sealed class RunbookHost : IAsyncDisposable
{
    private readonly TenantSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos-runbook-").FullName;

    private RunbookHost(TenantSession session) => _session = session;

    internal TenantSession Session => _session;

    /// <summary>The identity has what samples/runbooks/README.md tells to grant it, and no more.</summary>
    internal static async Task<RunbookHost> StartAsync(string container, TimeProvider? awsTime = null)
    {
        TenantSession session = await TenantSession.StartAsync(awsTime: awsTime);
        TenantPrincipal identity = session.Tenant.Entra.SystemAssignedIdentity = session.Tenant.Directory.AddManagedIdentity("runbooks");
        session.Invoke($$"""
            $target = @{ AccountName = 'mycosmos'; DatabaseName = 'shop'; ContainerName = '{{container}}' }
            Grant-MigrationAccess -PrincipalId {{identity.ObjectId}} -StorageAccountName mylake -FileSystem s3datacopy @target
            Grant-MigrationAccess -PrincipalId {{identity.ObjectId}} -Stage Import -Preset Migration @target
            """).ThrowIfFailed();
        return new(session);
    }

    /// <param name="name">Of a file in samples/runbooks.</param>
    /// <param name="arguments">As on a command line.</param>
    internal async Task<RunbookEnd> RunAsync(string name, string arguments)
    {
        string script = Path.Combine(_folder, "job.ps1");
        await File.WriteAllTextAsync(script, Surroundings() + $"& '{Repository.PathOf("samples", "runbooks", name)}' {arguments}\n");
        using ScriptProcess process = ScriptProcess.Start(script);
        ScriptEnd end = await process.WaitAsync();
        string[] lines = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string last = lines.LastOrDefault() ?? "";
        Assert.True(last.StartsWith('{'), $"The last line is no summary:\n{end.Output}\n{end.Errors}");
        return new(end, JsonDocument.Parse(last).RootElement, lines[..^1]);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // The engine in this host has no Microsoft.PowerShell.Utility: ConvertTo-Json is what Automation's PowerShell brings.
    private string Surroundings() => $$"""
        [Environment]::SetEnvironmentVariable('PSModulePath', '{{Path.GetDirectoryName(Path.GetDirectoryName(ModuleHost.ManifestPath))}}')
        [Environment]::SetEnvironmentVariable('IDENTITY_ENDPOINT', '{{_session.Tenant.Entra.ManagedIdentityEndpoint}}')
        [Environment]::SetEnvironmentVariable('IDENTITY_HEADER', '{{_session.Tenant.Entra.ManagedIdentityHeader}}')
        function Get-AutomationPSCredential([string] $Name) {
            if ($Name -ne 'aws') { throw "There is no credential asset '$Name'." }
            [pscredential]::new('{{_session.AwsUser.AccessKey}}', [Net.NetworkCredential]::new('', '{{_session.AwsUser.SecretKey}}').SecurePassword)
        }
        function ConvertTo-Json([Parameter(ValueFromPipeline)] $InputObject, [switch] $Compress) {
            process { [System.Text.Json.JsonSerializer]::Serialize($InputObject, $InputObject.GetType()) }
        }
        $PSDefaultParameterValues = @{
            '*:ResourceManagerEndpoint'         = '{{_session.Tenant.Manager.Endpoint}}'
            '*:EndpointUrl'                     = '{{_session.Aws.Endpoint}}'
            '*:BlobEndpoint'                    = '{{_session.Tenant.Blob.AccountEndpoint("mylake")}}'
            '*-Cosmos*:AccountEndpoint'         = '{{_session.Tenant.Cosmos.Endpoint}}'
            'Import-CosmosItems:ConnectionMode' = 'Gateway'
            'Compare-CosmosMigration:ConnectionMode' = 'Gateway'
        }

        """;
}

/// <param name="Summary">The JSON of its last line.</param>
/// <param name="Before">The lines before that.</param>
internal sealed record RunbookEnd(ScriptEnd End, JsonElement Summary, IReadOnlyList<string> Before)
{
    internal string? Text(string name) => Summary.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

    /// <summary>It did what it was to do, in the 400 MB that Azure Automation gives a job.</summary>
    internal RunbookEnd ThrowIfFailed()
    {
        End.ThrowIfFailed();
        Assert.InRange(End.PeakBytes, 1, 400L << 20);
        return this;
    }
}
