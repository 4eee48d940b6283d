using System.Collections;
using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Completion;

/// <summary>
/// What stands on the line already, as far as the engine can tell without running anything (constants and variables), and the user's
/// default values for the rest. What neither tells is as if it had not been given.
/// </summary>
internal sealed class GivenParameters(IDictionary bound, DefaultValues defaults) : IAwsParameters, IAzureParameters
{
    public string? ProfileName => Text("ProfileName");

    public string? Region => Text("Region");

    public string? AccessKey => Text("AccessKey");

    public SecureString? SecretKey => Password("SecretKey");

    public SecureString? SessionToken => Password("SessionToken");

    public Uri? EndpointUrl => Address("EndpointUrl");

    public AzureCredentialKind AzureCredential => Value<AzureCredentialKind>("AzureCredential");

    public string? TenantId => Text("TenantId");

    public string? ClientId => Text("ClientId");

    public SecureString? ClientSecret => Password("ClientSecret");

    public AzureEnvironment AzureEnvironment => Value<AzureEnvironment>("AzureEnvironment");

    public Uri? AuthorityHost => Address("AuthorityHost");

    public Uri? ResourceManagerEndpoint => Address("ResourceManagerEndpoint");

    /// <summary>All that decides where an answer comes from, but no secret: who is asked, and for whom.</summary>
    internal string Scope => string.Join('\n', s_scope.Select(Text));

    internal AwsSettings Aws => CloudSettings.Aws(this, null, null);

    internal AzureSettings Azure => CloudSettings.Azure(this) with { AccountKey = Secret.From(Password("AccountKey")) };

    private static readonly string[] s_scope =
    [
        "ProfileName", "Region", "AccessKey", "EndpointUrl", "AzureCredential", "TenantId", "ClientId", "AzureEnvironment", "AuthorityHost",
            "ResourceManagerEndpoint",
        "SubscriptionId", "ResourceGroup", "AccountName", "AccountEndpoint", "StorageAccountName", "BlobEndpoint", "DatabaseName",
            "S3Bucket",
    ];

    /// <returns>Null where it is not given, or empty.</returns>
    internal string? Text(string name) => Given<string>(name) is { Length: > 0 } text ? text : null;

    internal Uri? Address(string name) => Given<Uri>(name) is { IsAbsoluteUri: true } address ? address : null;

    // As on a cmdlet, AWS's secrets may be plain text.
    private SecureString? Password(string name) => Raw(name) switch
    {
        SecureString secret => secret,
        string text => SecretTextAttribute.Protect(text),
        _ => null,
    };

    private T Value<T>(string name) where T : struct =>
        Raw(name) is { } raw && LanguagePrimitives.TryConvertTo(raw, out T value) ? value : default;

    private T? Given<T>(string name) where T : class =>
        Raw(name) is { } raw && LanguagePrimitives.TryConvertTo(raw, out T value) ? value : null;

    private object? Raw(string name)
    {
        object? value = bound[name] ?? defaults.Find(name);
        return value is PSObject wrapped ? wrapped.BaseObject : value;
    }
}
