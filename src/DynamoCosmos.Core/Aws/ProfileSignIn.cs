using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>
/// Makes credentials of a profile in the shared AWS files. AWS SSO and assumed roles sign in through clients that this module makes itself;
/// the SDK makes every other kind.
/// </summary>
internal sealed class ProfileSignIn
{
    // Shared by all sign-ins: the SDK's credentials outlive the cmdlet that made them.
    private static readonly AwsHttp s_http = new();

    private readonly CredentialProfileStoreChain _profiles = new();

    static ProfileSignIn() => SignInClients.Register(s_http);

    /// <exception cref="MigrationException">AwsProfileNotFound.</exception>
    internal CredentialProfile Find(string name) =>
        _profiles.TryGetProfile(name, out CredentialProfile? profile) ? profile : throw DynamoErrors.ProfileNotFound(name);

    /// <summary>
    /// Finds the profile that the SDK's own chain comes to (AWS_PROFILE, else "default"), if it signs in by AWS SSO or a role. Null where
    /// the chain finds something before it, or where the SDK can sign in by itself.
    /// </summary>
    internal CredentialProfile? FindAmbient()
    {
        if (IsSet("AWS_ACCESS_KEY_ID") || IsSet("AWS_WEB_IDENTITY_TOKEN_FILE")) return null;
        if (!_profiles.TryGetProfile(DefaultAWSCredentialsIdentityResolver.GetProfileName(), out CredentialProfile? profile)) return null;
        return IsSso(profile.Options) || IsRole(profile.Options) ? profile : null;
    }

    /// <param name="region">Where to call AWS STS; null leaves it to the profile.</param>
    /// <exception cref="MigrationException">AwsProfileNotUsable.</exception>
    internal AWSCredentials SignIn(CredentialProfile profile, string? region) => SignIn(profile, region, []);

    private AWSCredentials SignIn(CredentialProfile profile, string? region, List<string> roles)
    {
        if (IsSso(profile.Options)) return SsoCredentials.Create(profile);
        if (IsRole(profile.Options)) return AssumeRole(profile, region, roles);
        if (profile.Options.LoginSession is { Length: > 0 })
            throw DynamoErrors.ProfileNotUsable(profile.Name, "it signs in with 'aws login', which this module does not know.");
        return Guard(profile, () => AWSCredentialsFactory.GetAWSCredentials(profile, _profiles));
    }

    private RoleCredentials AssumeRole(CredentialProfile profile, string? region, List<string> roles)
    {
        if (profile.Options.MfaSerial is { Length: > 0 })
            throw DynamoErrors.ProfileNotUsable(profile.Name, "its role asks for an MFA code, and this module does not prompt for one.");
        if (roles.Contains(profile.Name, StringComparer.Ordinal))
        {
            string circle = string.Join(" > ", [.. roles, profile.Name]);
            throw DynamoErrors.ProfileNotUsable(profile.Name, $"its source_profile leads back to itself ({circle}).");
        }
        roles.Add(profile.Name);
        AWSCredentials source;
        if (profile.Options.SourceProfile is { Length: > 0 } name)
        {
            if (!_profiles.TryGetProfile(name, out CredentialProfile? from))
                throw DynamoErrors.ProfileNotUsable(profile.Name, $"its source_profile '{name}' is not in the shared AWS files.");
            source = SignIn(from, region, roles);
        }
        else
        {
            source = Guard(profile, () => FromSource(profile));
        }
        return new(profile, source, region ?? profile.Region?.SystemName ?? SignInClients.DefaultRegion, s_http);
    }

    // The SDK makes the source's credentials as a part of its own for the role.
    private AWSCredentials FromSource(CredentialProfile profile)
    {
        CredentialProfileOptions options = new() { RoleArn = profile.Options.RoleArn, CredentialSource = profile.Options.CredentialSource };
        CredentialProfile bare = new(profile.Name, options);
        return ((AssumeRoleAWSCredentials)AWSCredentialsFactory.GetAWSCredentials(bare, _profiles)).SourceCredentials;
    }

    private static AWSCredentials Guard(CredentialProfile profile, Func<AWSCredentials> create)
    {
        try
        {
            return create();
        }
        catch (Exception error)
            when (error is AmazonClientException or InvalidDataException or InvalidOperationException or ArgumentException)
        {
            throw DynamoErrors.ProfileNotUsable(profile.Name, DynamoErrors.FirstLine(error), error);
        }
    }

    private static bool IsSso(CredentialProfileOptions options) =>
        IsGiven(options.SsoAccountId) || IsGiven(options.SsoRoleName) || IsGiven(options.SsoSession);

    private static bool IsRole(CredentialProfileOptions options) =>
        IsGiven(options.RoleArn) && (IsGiven(options.SourceProfile) || IsGiven(options.CredentialSource));

    private static bool IsGiven(string? text) => !string.IsNullOrWhiteSpace(text);

    private static bool IsSet(string variable) => IsGiven(Environment.GetEnvironmentVariable(variable));
}
