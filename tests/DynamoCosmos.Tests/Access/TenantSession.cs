using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Tests.Access;

/// <summary>
/// A fresh tenant, AWS beside it, and a session with the module. By default it is signed in as the tenant's administrator.
/// </summary>
public sealed class TenantSession : IAsyncDisposable
{
    // One root for the whole process: CloudHttp reads the variable for each new handler.
    private static readonly SandboxCertificates s_certificates = Trust();

    private TenantSession(SandboxTenant tenant, AwsStandIn aws, AwsCredential credential, ModuleHost host) =>
        (Tenant, Aws, AwsUser, Host) = (tenant, aws, credential, host);

    public SandboxTenant Tenant { get; }

    public AwsStandIn Aws { get; }

    public AwsCredential AwsUser { get; }

    public ModuleHost Host { get; }

    /// <param name="awsTime">Of DynamoDB and S3; null for the system's.</param>
    public static async Task<TenantSession> StartAsync(SandboxTenantOptions? options = null, bool signIn = true,
        TimeProvider? awsTime = null)
    {
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        AwsCredential credential = new(AwsStandInOptions.DefaultAccessKey, AwsStandInOptions.DefaultSecretKey);
        AwsStandIn aws = await AwsStandIn.StartAsync(new() { Credentials = [credential], Time = awsTime ?? TimeProvider.System });
        aws.S3.CreateBucket("my-exports");
        SandboxTenant tenant = await SandboxTenant.StartAsync(options, s_certificates);
        TenantSession session = new(tenant, aws, credential, new());
        session.Host.Set("Sandbox", session.Describe());
        session.Host.Set("PSDefaultParameterValues", signIn
            ? session.DefaultsOf(tenant.Administrator.AppId, tenant.AdministratorSecret) : new DefaultParameterDictionary());
        return session;
    }

    public ScriptRun Invoke(string script, params object?[] pipelineInput) => Host.Invoke(script, pipelineInput);

    /// <summary>Signs the session in as another application.</summary>
    public void SignIn(TenantPrincipal principal, string secret) =>
        Host.Set("PSDefaultParameterValues", DefaultsOf(principal.AppId, secret));

    /// <summary>What scripts are given to reach the Sandbox.</summary>
    public Hashtable Describe() => new()
    {
        ["AuthorityHost"] = Tenant.Entra.Endpoint,
        ["ResourceManagerEndpoint"] = Tenant.Manager.Endpoint,
        ["GraphEndpoint"] = Tenant.Graph.Endpoint,
        ["BlobEndpoint"] = Tenant.Blob.AccountEndpoint("mylake"),
        ["CosmosEndpoint"] = Tenant.Cosmos.Endpoint,
        ["AwsEndpoint"] = Aws.Endpoint,
        ["Region"] = Aws.Options.Region,
        ["AccessKey"] = AwsUser.AccessKey,
        ["SecretKey"] = AwsUser.SecretKey,
        ["TenantId"] = Tenant.Directory.Id,
        ["AdministratorId"] = Tenant.Administrator.AppId,
        ["AdministratorSecret"] = Secure(Tenant.AdministratorSecret),
    };

    public static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await Aws.DisposeAsync();
        await Tenant.DisposeAsync();
    }

    private DefaultParameterDictionary DefaultsOf(string clientId, string secret) => new(new Hashtable(StringComparer.OrdinalIgnoreCase)
    {
        ["*:AuthorityHost"] = Tenant.Entra.Endpoint,
        ["*:ResourceManagerEndpoint"] = Tenant.Manager.Endpoint,
        ["*:GraphEndpoint"] = Tenant.Graph.Endpoint,
        ["*:BlobEndpoint"] = Tenant.Blob.AccountEndpoint("mylake"),
        ["*:EndpointUrl"] = Aws.Endpoint,
        ["*:Region"] = Aws.Options.Region,
        ["*:AccessKey"] = AwsUser.AccessKey,
        ["*:SecretKey"] = AwsUser.SecretKey,
        ["*-Cosmos*:AccountEndpoint"] = Tenant.Cosmos.Endpoint,
        ["Test-MigrationAccess:AccountEndpoint"] = Tenant.Cosmos.Endpoint,
        ["Import-CosmosItems:ConnectionMode"] = "Gateway",
        ["Export-DynamoTable:PollInterval"] = TimeSpan.FromMilliseconds(100),
        ["*:TenantId"] = Tenant.Directory.Id,
        ["*:ClientId"] = clientId,
        ["*:ClientSecret"] = Secure(secret),
    });

    private static SandboxCertificates Trust()
    {
        SandboxCertificates certificates = new();
        Environment.SetEnvironmentVariable("DYNAMOCOSMOS_CA_BUNDLE", certificates.RootFile);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => certificates.Dispose();
        return certificates;
    }
}
