using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DynamoCosmos.Sandbox.Aws.Signing;

namespace DynamoCosmos.Sandbox.Aws.SignIn;

/// <summary>AWS STS: AssumeRole, in its Query form. Whoever signs must be named by the role's trust policy.</summary>
internal sealed partial class StsOperations(SignInOptions options)
{
    private static readonly XNamespace s_namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    private readonly SignatureCheck _signatures = new(new() { Region = options.Region, Credentials = options.Credentials });

    internal XElement AssumeRole(HttpRequest request, string rawPath, string rawQuery, byte[] body)
    {
        SignedRequest signed = new(request, rawPath, rawQuery, "sts", SignatureWords.Sts);
        SignedIdentity caller = _signatures.Verify(signed, SignatureV4.Hash(body));
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) != true)
            throw AwsException.NotSupported("a body that is no form");
        Dictionary<string, string> form = SignatureV4.ParseQuery(Encoding.UTF8.GetString(body).Replace('+', ' '))
            .ToDictionary(static pair => pair.Name, static pair => pair.Value, StringComparer.Ordinal);
        (string action, string version) = (form.GetValueOrDefault("Action", ""), form.GetValueOrDefault("Version", ""));
        if ((action, version) != ("AssumeRole", "2011-06-15"))
            throw new AwsException(400, "InvalidAction", $"Could not find operation {action} for version {version}");
        string session = form.GetValueOrDefault("RoleSessionName", "");
        if (!SessionName().IsMatch(session))
        {
            throw AwsException.Validation(
                $"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy constraint: " +
                "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
        }
        string arn = form.GetValueOrDefault("RoleArn", "");
        // A role that is not there is refused in the same words.
        StandInRole role = options.Roles.FirstOrDefault(role => role.Arn == arn && role.Trusted.Contains(caller.Credential.AccessKey)
            && (role.ExternalId is null || role.ExternalId == form.GetValueOrDefault("ExternalId")))
            ?? throw Denied(caller.Credential, arn);
        return Answer(role, session);
    }

    internal static XElement Error(AwsException error) => new(
        s_namespace + "ErrorResponse",
        new XElement(s_namespace + "Error", Part("Type", "Sender"), Part("Code", error.Code), Part("Message", error.Message)),
        Part("RequestId", Guid.NewGuid().ToString()));

    private static AwsException Denied(AwsCredential caller, string role) =>
        new(403, "AccessDenied",
            $"User: arn:aws:iam::123456789012:user/{caller.UserName} is not authorized to perform: sts:AssumeRole on resource: {role}");

    private static XElement Answer(StandInRole role, string session) => new(
        s_namespace + "AssumeRoleResponse",
        new XElement(
            s_namespace + "AssumeRoleResult",
            new XElement(
                s_namespace + "AssumedRoleUser",
                Part("AssumedRoleId", "AROASANDBOX0000000001:" + session),
                Part("Arn", $"arn:aws:sts::{role.AccountId}:assumed-role/{role.Name}/{session}")),
            new XElement(
                s_namespace + "Credentials",
                Part("AccessKeyId", role.Credential.AccessKey),
                Part("SecretAccessKey", role.Credential.SecretKey),
                Part("SessionToken", role.Credential.SessionToken!),
                Part("Expiration", DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))),
        new XElement(s_namespace + "ResponseMetadata", Part("RequestId", Guid.NewGuid().ToString())));

    private static XElement Part(string name, string value) => new(s_namespace + name, value);

    [GeneratedRegex(@"^[\w+=,.@-]{2,64}$")]
    private static partial Regex SessionName();
}
