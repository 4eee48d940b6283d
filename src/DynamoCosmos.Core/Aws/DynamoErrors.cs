using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>
/// What AWS can refuse, in words that lead on. Signing in and reaching AWS first; tables and exports below and in the other part.
/// </summary>
internal static partial class DynamoErrors
{
    private const string SignInWays = $"Give {Setting.ProfileName}, or {Setting.AccessKey} and {Setting.SecretKey}, or set the AWS_ " +
        "environment variables; on AWS, a role does it.";

    internal static MigrationException KeyIncomplete() =>
        new("AwsKeyIncomplete", FailureKind.InvalidArgument,
            $"An access key has two parts: give {Setting.AccessKey} and {Setting.SecretKey}, and {Setting.SessionToken} only with both.");

    internal static MigrationException ProfileNotFound(string name) =>
        new("AwsProfileNotFound", FailureKind.NotFound, $"There is no profile '{name}' in the shared AWS files (~/.aws/config, " +
            "~/.aws/credentials). 'aws configure list-profiles' shows those there are.", name);

    /// <param name="why">A clause or sentence that ends with a full stop.</param>
    internal static MigrationException ProfileNotUsable(string name, string why, Exception? inner = null) =>
        new("AwsProfileNotUsable", FailureKind.AuthenticationFailed,
            $"The profile '{name}' gives no credentials: {why} Where the AWS CLI can sign in with it, 'aws configure export-credentials " +
                $"--profile {name} " +
            "--format powershell' prints lines that put the credentials into the environment, where this module finds them.", name, inner);

    internal static MigrationException SsoLoginNeeded(string profile, Exception inner) =>
        new("AwsSsoLoginNeeded", FailureKind.AuthenticationFailed,
            $"The profile '{profile}' signs in with AWS SSO, and there is no valid token for it: {FirstLine(inner)} " +
            $"Run: aws sso login --profile {(profile.Contains(' ') ? $"'{profile}'" : profile)}. Then run the same line again; what was " +
                "done is kept.", profile, inner);

    internal static MigrationException CredentialsMissing(Exception inner) =>
        new("AwsCredentialsMissing", FailureKind.AuthenticationFailed, $"No AWS credentials were found: {FirstLine(inner)} {SignInWays}",
            null, inner);

    internal static MigrationException CredentialsRejected(string code, Exception inner) =>
        new("AwsCredentialsRejected", FailureKind.AuthenticationFailed,
            $"AWS does not accept the access key ({code}): it does not exist, is switched off, or its secret or session token is " +
                $"another's. {SignInWays}", null, inner);

    internal static MigrationException TokenExpired(string code, Exception inner) =>
        new("AwsTokenExpired", FailureKind.AuthenticationFailed,
            $"The session that the AWS credentials belong to has expired ({code}). Sign in again, then run the same line again; what " +
                "was done is kept.", null, inner);

    internal static MigrationException ClockSkewed(Exception inner) =>
        new("AwsClockSkewed", FailureKind.AuthenticationFailed,
            $"This machine's clock is too far from AWS's: {FirstLine(inner)} Set the clock, then run again.", null, inner);

    internal static MigrationException AccessDenied(string action, string resource, Exception inner) =>
        new(FailureCode.AwsAccessDenied, FailureKind.PermissionDenied,
            $"AWS denies {action} on {resource}. Let the user's or role's IAM policy (and the bucket's policy, for s3 actions) allow " +
                $"{action}" +
            (action == "s3:GetObject" ? ", and s3:ListBucket, without which S3 answers so for every key that is not there" : "") +
                $". AWS says: {FirstLine(inner)}", resource, inner);

    internal static MigrationException RegionMissing() =>
        new("AwsRegionMissing", FailureKind.InvalidArgument,
            $"No AWS region is known. Give {Setting.Region}, such as eu-central-1, or set AWS_REGION, or a region in the profile.");

    internal static MigrationException RegionWrong(string resource, string? used, string? right, Exception inner) =>
        new("AwsRegionWrong", FailureKind.InvalidArgument,
            $"{resource} was asked for in the region {used ?? "(none)"}, " +
                (right is null ? $"which is not its region. Give the right {Setting.Region}." : $"but belongs to {right}. Give " +
                $"{Setting.Region} {right}."), resource, inner);

    internal static MigrationException NotReachable(string service, string where, Exception inner) =>
        new("AwsNotReachable", FailureKind.ConnectionFailed,
            $"{service} cannot be reached at {where}: {FirstLine(inner.GetBaseException())} Are region, endpoint, proxy and firewall " +
                "right?", where, inner);

    internal static MigrationException Throttled(string action, string resource, string code, Exception inner) =>
        new("AwsThrottled", FailureKind.Throttled, $"AWS kept refusing {action} on {resource} as too fast ({code}), through all tries. " +
            "Run the same line again later.", resource, inner);

    internal static MigrationException CallFailed(string action, string resource, int status, string code, Exception inner) =>
        new("AwsCallFailed", FailureKind.Unspecified, $"{action} on {resource} failed with {status} {code}: {FirstLine(inner)}", resource,
            inner);

    internal static string FirstLine(Exception error)
    {
        string line = error.Message.Split('\n', 2)[0].Trim();
        return line.Length == 0 ? error.GetType().Name + "." : line.EndsWith('.') ? line : line + ".";
    }
}
