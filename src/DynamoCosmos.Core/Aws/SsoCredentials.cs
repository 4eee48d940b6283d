using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>
/// The credentials of a role that a profile gets by AWS SSO (IAM Identity Center). The token is the one that <c>aws sso login</c> left in
/// ~/.aws/sso/cache; the SDK refreshes it where it can. Nobody is asked to sign in: that is for <c>aws sso login</c>.
/// </summary>
internal sealed class SsoCredentials : SSOAWSCredentials
{
    private readonly string _profile;

    private SsoCredentials(string profile, CredentialProfileOptions sso)
        : base(sso.SsoAccountId, sso.SsoRegion, sso.SsoRoleName, sso.SsoStartUrl, new() { SessionName = sso.SsoSession }) =>
        _profile = profile;

    /// <exception cref="MigrationException">AwsProfileNotUsable.</exception>
    internal static SsoCredentials Create(CredentialProfile profile)
    {
        CredentialProfileOptions options = profile.Options;
        (string Name, string? Value)[] needed =
        [
            ("sso_account_id", options.SsoAccountId), ("sso_role_name", options.SsoRoleName),
            ("sso_region", options.SsoRegion), ("sso_start_url", options.SsoStartUrl),
        ];
        string[] missing = [.. needed.Where(static part => string.IsNullOrWhiteSpace(part.Value)).Select(static part => part.Name)];
        if (missing.Length == 0) return new(profile.Name, options);
        string names = string.Join(", ", missing);
        throw DynamoErrors.ProfileNotUsable(profile.Name, $"for AWS SSO it lacks {names}, in itself and in its sso_session.");
    }

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        try
        {
            return await base.GenerateNewCredentialsAsync().ConfigureAwait(false);
        }
        // A token file without what a refresh needs shows as one of the latter two.
        catch (Exception error) when (AwsFailure.IsKnown(error) || error is ArgumentException or FormatException)
        {
            throw Explain(error);
        }
    }

    private MigrationException Explain(Exception error) => error switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.Unauthorized } => DynamoErrors.SsoLoginNeeded(_profile, error),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.NotFound } => DynamoErrors.ProfileNotUsable(
            _profile, $"AWS SSO gives it no role {RoleName} of the account {AccountId}. AWS says: {DynamoErrors.FirstLine(error)}", error),
        AmazonServiceException => Translate(error),
        // The token was to be refreshed, and it was not AWS that refused.
        AmazonClientException { InnerException: { } inner } when AwsFailure.IsKnown(inner) && !IsAnswer(inner) => Translate(inner),
        AmazonClientException or ArgumentException or FormatException => DynamoErrors.SsoLoginNeeded(_profile, error),
        _ => Translate(error),
    };

    private static bool IsAnswer(Exception error) => error is AmazonServiceException { StatusCode: not 0 };

    private MigrationException Translate(Exception error) =>
        AwsFailure.Translate(error, new("sso:GetRoleCredentials", $"the role {RoleName} of the account {AccountId}", Region, null));
}
