using System.Net;
using Azure.Core;
using Azure.Identity;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests.Azure;

public sealed class AzureCredentialsTests
{
    [Theory]
    [InlineData(AzureCredentialKind.Default, typeof(DefaultAzureCredential))]
    [InlineData(AzureCredentialKind.ManagedIdentity, typeof(ManagedIdentityCredential))]
    [InlineData(AzureCredentialKind.AzureCli, typeof(AzureCliCredential))]
    [InlineData(AzureCredentialKind.AzurePowerShell, typeof(AzurePowerShellCredential))]
    [InlineData(AzureCredentialKind.Environment, typeof(EnvironmentCredential))]
    [InlineData(AzureCredentialKind.WorkloadIdentity, typeof(WorkloadIdentityCredential))]
    [InlineData(AzureCredentialKind.ClientSecret, typeof(ClientSecretCredential))]
    public void Each_kind_is_its_own_credential(AzureCredentialKind kind, Type expected)
    {
        AzureSettings settings = new()
        {
            Credential = kind,
            TenantId = "11111111-1111-1111-1111-111111111111",
            ClientId = "22222222-2222-2222-2222-222222222222",
            ClientSecret = Secret.From(new NetworkCredential("", "secret").SecurePassword),
        };

        TokenCredential credential = AzureCredentials.Create(settings, TestClouds.Process.Azure.Transport);

        Assert.IsType(expected, credential);
    }

    [Theory]
    [InlineData(null, "app", "TenantId")]
    [InlineData("tenant", null, "ClientId")]
    [InlineData("tenant", "app", "ClientSecret")]
    public void A_client_secret_sign_in_says_what_is_missing(string? tenant, string? client, string missing)
    {
        AzureSettings settings = new() { Credential = AzureCredentialKind.ClientSecret, TenantId = tenant, ClientId = client };

        MigrationException error = Assert.Throws<MigrationException>(() =>
            AzureCredentials.Create(settings, TestClouds.Process.Azure.Transport));

        Assert.Equal("AzureCredentialIncomplete", error.ErrorId);
        Assert.Contains($"{{setting:{missing}}} is not given", error.Message);
    }

    [Theory]
    [InlineData(AzureEnvironment.AzureCloud, "https://login.microsoftonline.com/", "https://lake.blob.core.windows.net/")]
    [InlineData(AzureEnvironment.AzureUSGovernment, "https://login.microsoftonline.us/", "https://lake.blob.core.usgovcloudapi.net/")]
    [InlineData(AzureEnvironment.AzureChinaCloud, "https://login.chinacloudapi.cn/", "https://lake.blob.core.chinacloudapi.cn/")]
    public void Each_cloud_has_its_own_endpoints(AzureEnvironment environment, string authority, string blob)
    {
        AzureSettings settings = new() { Environment = environment };

        Assert.Equal(authority, AzureClouds.AuthorityHost(settings).AbsoluteUri);
        Assert.Equal(blob, AzureClouds.BlobEndpoint("lake", environment).AbsoluteUri);
    }

    [Fact]
    public void An_overridden_sign_in_endpoint_wins()
    {
        AzureSettings settings = new() { Environment = AzureEnvironment.AzureChinaCloud, AuthorityHost = new("https://127.0.0.1:1/") };

        Assert.Equal("https://127.0.0.1:1/", AzureClouds.AuthorityHost(settings).AbsoluteUri);
    }
}
