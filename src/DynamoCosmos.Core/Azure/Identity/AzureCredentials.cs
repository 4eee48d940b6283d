using Azure.Core;
using Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>How one signs in to Azure. No token is fetched here; the first call does that.</summary>
internal static class AzureCredentials
{
    internal static TokenCredential Create(AzureSettings settings) => settings.Credential switch
    {
        AzureCredentialKind.Default => new DefaultAzureCredential(With(settings, CreateDefaultOptions(settings))),
        AzureCredentialKind.ManagedIdentity => new ManagedIdentityCredential(With(settings, new ManagedIdentityCredentialOptions(
            settings.ClientId is { } clientId ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned))),
        AzureCredentialKind.AzureCli => new AzureCliCredential(With(settings, new AzureCliCredentialOptions { TenantId = settings.TenantId })),
        AzureCredentialKind.AzurePowerShell => new AzurePowerShellCredential(With(settings, new AzurePowerShellCredentialOptions { TenantId = settings.TenantId })),
        AzureCredentialKind.Environment => new EnvironmentCredential(With(settings, new EnvironmentCredentialOptions
        {
            DisableInstanceDiscovery = settings.AuthorityHost is not null,
        })),
        AzureCredentialKind.WorkloadIdentity => new WorkloadIdentityCredential(With(settings, CreateWorkloadOptions(settings))),
        AzureCredentialKind.ClientSecret => CreateClientSecret(settings),
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

    private static ClientSecretCredential CreateClientSecret(AzureSettings settings)
    {
        if (settings.TenantId is null) throw AzureErrors.CredentialIncomplete(nameof(settings.TenantId));
        if (settings.ClientId is null) throw AzureErrors.CredentialIncomplete(nameof(settings.ClientId));
        if (settings.ClientSecret is null) throw AzureErrors.CredentialIncomplete(nameof(settings.ClientSecret));
        ClientSecretCredentialOptions options = new() { DisableInstanceDiscovery = settings.AuthorityHost is not null };
        return new(settings.TenantId, settings.ClientId, settings.ClientSecret.Reveal(), With(settings, options));
    }

    private static T With<T>(AzureSettings settings, T options) where T : TokenCredentialOptions
    {
        options.AuthorityHost = AzureClouds.AuthorityHost(settings);
        options.Transport = AzureTransport.Create();
        return options;
    }
}
