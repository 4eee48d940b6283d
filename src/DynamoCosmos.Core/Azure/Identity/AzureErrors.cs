using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>What can go wrong with Azure's sign-in, resource manager and storage.</summary>
internal static class AzureErrors
{
    internal static MigrationException CredentialIncomplete(string parameter) =>
        new("AzureCredentialIncomplete", FailureKind.InvalidArgument,
            $"{Setting.AzureCredential} ClientSecret needs {Setting.TenantId}, {Setting.ClientId} and {Setting.ClientSecret}, but " +
                $"{Setting.Of(parameter)} is not given. " +
            $"Give all three, or choose another {Setting.AzureCredential}.");

    internal static MigrationException SignInFailed(AzureSettings settings, string why, Exception inner) =>
        new("AzureSignInFailed", FailureKind.AuthenticationFailed,
            $"Azure could not be signed in to with {Setting.AzureCredential} {settings.Credential}: {why} " +
            (settings.Credential == AzureCredentialKind.Default
                ? $"Sign in with {Remedy.SignInToAzure}, run where there is a managed identity, or choose another " +
                    $"{Setting.AzureCredential}."
                : $"Mend this sign-in, or choose another {Setting.AzureCredential}."),
            settings.Credential.ToString(), inner);
}
