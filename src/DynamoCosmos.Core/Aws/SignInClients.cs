using Amazon;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>
/// Makes the clients of AWS SSO and STS. The SDK's credentials look for them by name among all assemblies of the process and would take
/// those of another module in the session (AWS.Tools), so they are registered here. They also trust the roots of <see cref="CloudHttp"/>.
/// </summary>
internal static class SignInClients
{
    /// <summary>Every partition's users can call STS where they live; this one is for a profile that says nothing.</summary>
    internal const string DefaultRegion = "us-east-1";

    // As for DynamoDB: somebody waits for the answer.
    private const int Retries = 4;

    internal static void Register(AwsHttp http)
    {
        GlobalRuntimeDependencyRegistry registry = GlobalRuntimeDependencyRegistry.Instance;
        AnonymousAWSCredentials nobody = new();
        registry.RegisterSSOClient(context =>
            new AmazonSSOClient(nobody, Configure(new AmazonSSOConfig(), http, context.SSOClientContextData.Region)));
        registry.RegisterSSOOIDCClient(context =>
            new AmazonSSOOIDCClient(nobody, Configure(new AmazonSSOOIDCConfig(), http, context.SSOOIDCClientContextData.Region)));
        // For a web identity (a pod's service account): its token is its proof, so the call is not signed.
        registry.RegisterSecurityTokenServiceClient(context =>
        {
            RegionEndpoint region = context.SecurityTokenServiceClientContextData.Region;
            return new AmazonSecurityTokenServiceClient(nobody, Configure(new AmazonSecurityTokenServiceConfig(), http, region));
        });
    }

    internal static AmazonSecurityTokenServiceClient CreateSts(AWSCredentials credentials, AwsHttp http, string region, string profile)
    {
        AmazonSecurityTokenServiceConfig config = new() { Profile = new(profile) };
        return new(credentials, Configure(config, http, RegionEndpoint.GetBySystemName(region)));
    }

    // The configuration itself reads AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_SSO and AWS_ENDPOINT_URL_SSO_OIDC.
    private static T Configure<T>(T config, AwsHttp http, RegionEndpoint region) where T : ClientConfig
    {
        config.HttpClientFactory = http;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = Retries;
        config.RegionEndpoint = region;
        // Else the region to sign for would be guessed from an endpoint that the user names.
        config.AuthenticationRegion = region.SystemName;
        return config;
    }
}
