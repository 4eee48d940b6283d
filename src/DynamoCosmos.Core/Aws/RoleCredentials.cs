using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace DynamoCosmos.Aws;

/// <summary>The credentials of a role that a profile names by role_arn. AWS STS gives them, and new ones before they expire.</summary>
internal sealed class RoleCredentials : RefreshingAWSCredentials
{
    // As CloudTrail shows it.
    private const string SessionName = "DynamoCosmos";

    private readonly CredentialProfile _profile;
    private readonly AWSCredentials _source;
    private readonly string _region;
    private readonly AwsHttp _http;

    internal RoleCredentials(CredentialProfile profile, AWSCredentials source, string region, AwsHttp http)
    {
        (_profile, _source, _region, _http) = (profile, source, region, http);
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
    }

    // The SDK signs on synchronous paths too; it waits in this way for its own credentials.
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().ConfigureAwait(false).GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        using AmazonSecurityTokenServiceClient sts = SignInClients.CreateSts(_source, _http, _region, _profile.Name);
        CredentialProfileOptions options = _profile.Options;
        try
        {
            AssumeRoleResponse answer = await sts.AssumeRoleAsync(new()
            {
                RoleArn = options.RoleArn,
                RoleSessionName = options.RoleSessionName ?? SessionName,
                ExternalId = options.ExternalID,
            }).ConfigureAwait(false);
            Credentials given = answer.Credentials;
            return new(new(given.AccessKeyId, given.SecretAccessKey, given.SessionToken), given.Expiration ?? DateTime.UtcNow);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            Uri? endpoint = sts.Config.ServiceURL is { Length: > 0 } url ? new(url) : null;
            string role = $"the role {options.RoleArn} of the profile '{_profile.Name}'";
            throw AwsFailure.Translate(error, new("sts:AssumeRole", role, _region, endpoint));
        }
    }
}
