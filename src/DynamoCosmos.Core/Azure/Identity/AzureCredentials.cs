using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>How one signs in to Azure. No token is fetched here; the first call does that.</summary>
internal static class AzureCredentials
{
    /// <param name="transport">Not disposed with the credential.</param>
    internal static TokenCredential Create(AzureSettings settings, HttpPipelineTransport transport) => settings.Credential switch
    {
        AzureCredentialKind.Default => new DefaultAzureCredential(With(settings, transport, CreateDefaultOptions(settings))),
        AzureCredentialKind.ManagedIdentity => new ManagedIdentityCredential(With(settings, transport, new ManagedIdentityCredentialOptions(
            settings.ClientId is { } clientId ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned))),
        AzureCredentialKind.AzureCli => new AzureCliCredential(
            With(settings, transport, new AzureCliCredentialOptions { TenantId = settings.TenantId })),
        AzureCredentialKind.AzurePowerShell => new AzurePowerShellCredential(
            With(settings, transport, new AzurePowerShellCredentialOptions { TenantId = settings.TenantId })),
        AzureCredentialKind.Environment => new EnvironmentCredential(With(settings, transport, new EnvironmentCredentialOptions
        {
            DisableInstanceDiscovery = settings.AuthorityHost is not null,
        })),
        AzureCredentialKind.WorkloadIdentity => new WorkloadIdentityCredential(With(settings, transport, CreateWorkloadOptions(settings))),
        AzureCredentialKind.ClientSecret => CreateClientSecret(settings, transport),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Credential, null),
    };

    // In both: null would hide AZURE_TENANT_ID and AZURE_CLIENT_ID, which the options' constructors have read.
    private static DefaultAzureCredentialOptions CreateDefaultOptions(AzureSettings settings)
    {
        // A sign-in endpoint that the user named is not one that Microsoft's directory of clouds knows.
        DefaultAzureCredentialOptions options = new() { DisableInstanceDiscovery = settings.AuthorityHost is not null };
        if (settings.TenantId is not null) options.TenantId = settings.TenantId;
        if (settings.ClientId is not null) options.ManagedIdentityClientId = options.WorkloadIdentityClientId = settings.ClientId;
        return options;
    }

    private static WorkloadIdentityCredentialOptions CreateWorkloadOptions(AzureSettings settings)
    {
        WorkloadIdentityCredentialOptions options = new() { DisableInstanceDiscovery = settings.AuthorityHost is not null };
        if (settings.TenantId is not null) options.TenantId = settings.TenantId;
        if (settings.ClientId is not null) options.ClientId = settings.ClientId;
        return options;
    }

    private static ClientSecretCredential CreateClientSecret(AzureSettings settings, HttpPipelineTransport transport)
    {
        if (settings.TenantId is null) throw AzureErrors.CredentialIncomplete(nameof(settings.TenantId));
        if (settings.ClientId is null) throw AzureErrors.CredentialIncomplete(nameof(settings.ClientId));
        if (settings.ClientSecret is null) throw AzureErrors.CredentialIncomplete(nameof(settings.ClientSecret));
        ClientSecretCredentialOptions options = new() { DisableInstanceDiscovery = settings.AuthorityHost is not null };
        return new(settings.TenantId, settings.ClientId, settings.ClientSecret.Reveal(), With(settings, transport, options));
    }

    private static T With<T>(AzureSettings settings, HttpPipelineTransport transport, T options) where T : TokenCredentialOptions
    {
        options.AuthorityHost = AzureClouds.AuthorityHost(settings);
        options.Transport = transport;
        return options;
    }
}
