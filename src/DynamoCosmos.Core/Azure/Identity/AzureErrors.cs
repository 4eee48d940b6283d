using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>What can go wrong with Azure's sign-in, resource manager and storage.</summary>
internal static class AzureErrors
{
    internal static MigrationException CredentialIncomplete(string parameter) =>
        new("AzureCredentialIncomplete", FailureKind.InvalidArgument,
            $"-AzureCredential ClientSecret needs -TenantId, -ClientId and -ClientSecret, but -{parameter} is not given. " +
            "Give all three, or choose another -AzureCredential.");

    internal static MigrationException SignInFailed(AzureSettings settings, string why, Exception inner) =>
        new("AzureSignInFailed", FailureKind.AuthenticationFailed,
            $"Azure could not be signed in to with -AzureCredential {settings.Credential}: {why} " +
            (settings.Credential == AzureCredentialKind.Default
                ? "Sign in with Connect-AzAccount or 'az login', run where there is a managed identity, or choose another -AzureCredential."
                : "Mend this sign-in, or choose another -AzureCredential."),
            settings.Credential.ToString(), inner);
}
