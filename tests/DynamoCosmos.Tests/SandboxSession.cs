using System.Collections;
using System.Net;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests;

/// <summary>
/// The Sandbox and a session with the module, whose $PSDefaultParameterValues point every cmdlet at it: scripts in tests read as a user's.
/// The lake is the first account of the blob stand-in, <c>lake</c> unless a test says otherwise, Cosmos DB the account <c>mycosmos</c>; the
/// bucket <c>my-exports</c> is there.
/// </summary>
public sealed class SandboxSession : IAsyncDisposable
{
    private SandboxSession(Sandbox.Sandbox sandbox, ModuleHost host) => (Sandbox, Host) = (sandbox, host);

    public Sandbox.Sandbox Sandbox { get; }

    public ModuleHost Host { get; }

    public AwsStandIn Aws => Sandbox.Aws;

    public BlobStandIn Blob => Sandbox.Blob;

    public CosmosStandIn Cosmos => Sandbox.Cosmos;

    public static async Task<SandboxSession> StartAsync(AwsStandInOptions? aws = null, BlobStandInOptions? blob = null,
        CosmosStandInOptions? cosmos = null)
    {
        Sandbox.Sandbox sandbox = await DynamoCosmos.Sandbox.Sandbox.StartAsync(aws, blob, cosmos ?? new() { AccountName = "mycosmos" });
        sandbox.Aws.S3.CreateBucket("my-exports");
        return new(sandbox, OpenHost(sandbox));
    }

    /// <summary>A second session with the same defaults, as another runbook has it.</summary>
    public ModuleHost OpenHost() => OpenHost(Sandbox);

    public ScriptRun Invoke(string script, params object?[] pipelineInput) => Host.Invoke(script, pipelineInput);

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await Sandbox.DisposeAsync();
    }

    private static ModuleHost OpenHost(Sandbox.Sandbox sandbox)
    {
        ModuleHost host = new();
        host.Set("PSDefaultParameterValues", Defaults(sandbox));
        return host;
    }

    private static System.Management.Automation.DefaultParameterDictionary Defaults(Sandbox.Sandbox sandbox)
    {
        string lake = sandbox.Blob.Accounts[0].Name;
        Hashtable values = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Export-DynamoTable:PollInterval"] = TimeSpan.FromMilliseconds(100),
            ["Import-CosmosItems:ConnectionMode"] = "Gateway",
            ["Compare-CosmosMigration:ConnectionMode"] = "Gateway",
        };
        foreach (string cmdlet in new[] { "*-Dynamo*", "Copy-S3ToAdls", "ConvertTo-CosmosItem", "Import-CosmosItems",
            "Compare-CosmosMigration" })
        {
            values[$"{cmdlet}:EndpointUrl"] = sandbox.Aws.Endpoint;
            values[$"{cmdlet}:Region"] = sandbox.Aws.Options.Region;
            values[$"{cmdlet}:AccessKey"] = AwsStandInOptions.DefaultAccessKey;
            values[$"{cmdlet}:SecretKey"] = AwsStandInOptions.DefaultSecretKey;
        }
        values["Copy-S3ToAdls:BlobEndpoint"] = sandbox.Blob.AccountEndpoint(lake);
        foreach (string cmdlet in new[] { "Copy-S3ToAdls", "Get-DynamoExport" }) values[$"{cmdlet}:AccountKey"] =
            Secret(sandbox.Blob.AccountKey(lake));
        foreach (string cmdlet in new[] { "*-Cosmos*" })
        {
            values[$"{cmdlet}:AccountEndpoint"] = sandbox.Cosmos.Endpoint;
            values[$"{cmdlet}:AccountKey"] = Secret(sandbox.Cosmos.AccountKey);
            values[$"{cmdlet}:StorageAccountKey"] = Secret(sandbox.Blob.AccountKey(lake));
        }
        return new(values);
    }

    private static System.Security.SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;
}
