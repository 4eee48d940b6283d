namespace DynamoCosmos.Tests.Dynamo;

/// <summary>AWS profiles that sign in by AWS SSO, or with a role, against stand-ins of the SSO portal, SSO-OIDC and STS.</summary>
public sealed class ProfileSignInTests(ProfileSession session) : IClassFixture<ProfileSession>
{
    [Theory]
    [InlineData("sso")]
    [InlineData("legacy")]
    [InlineData("refreshable")]
    [InlineData("role")]
    [InlineData("role-of-sso")]
    [InlineData("role-of-environment")]
    [InlineData("guarded")]
    [InlineData("AWS_PROFILE=sso")]
    [InlineData("AWS_PROFILE=role")]
    public void A_profile_signs_in(string profile) => Assert.Equal("Orders", session[profile]);

    [Theory]
    [InlineData("expired", "expired")]
    [InlineData("absent", "absent")]
    [InlineData("revoked", "revoked")]
    [InlineData("unrefreshable", "unrefreshable")]
    [InlineData("role-of-expired", "expired")]
    [InlineData("AWS_PROFILE=expired", "expired")]
    public void Without_a_valid_token_the_error_says_how_to_get_one(string label, string profile)
    {
        Assert.StartsWith($"AwsSsoLoginNeeded: The profile '{profile}' signs in with AWS SSO", session[label], StringComparison.Ordinal);
        Assert.Contains($"aws sso login --profile {profile}.", session[label], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unassigned", "AwsProfileNotUsable", "AWS SSO gives it no role Admin of the account 123456789012. AWS says: No access.")]
    [InlineData("half", "AwsProfileNotUsable", "lacks sso_region, sso_start_url")]
    [InlineData("untrusted", "AwsAccessDenied", "AWS denies sts:AssumeRole on the role arn:aws:iam::210987654321:role/Guarded of the")]
    [InlineData("role-of-role", "AwsCredentialsRejected", "AWS does not accept the access key")]
    [InlineData("mfa", "AwsProfileNotUsable", "asks for an MFA code")]
    [InlineData("circle", "AwsProfileNotUsable", "(circle > circle-2 > circle)")]
    [InlineData("rootless", "AwsProfileNotUsable", "its source_profile 'nobody' is not in the shared AWS files")]
    public void What_else_keeps_a_profile_from_signing_in_is_said(string profile, string id, string why)
    {
        Assert.StartsWith(id + ": ", session[profile], StringComparison.Ordinal);
        Assert.Contains(why, session[profile], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refreshed_token_is_kept_for_the_next_session()
    {
        Assert.Contains("\"refreshed-token\"", File.ReadAllText(session.CacheFile("refreshable")), StringComparison.Ordinal);
        Assert.Contains("CreateToken 200", session.SignIn.Operations);
        Assert.Contains("AssumeRole 200", session.SignIn.Operations);
    }
}
