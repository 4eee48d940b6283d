using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Parameters;

/// <summary>
/// The AWS parameters as properties of a cmdlet; PowerShell knows no other way to share them between cmdlets that Get-Help and completion
/// see.
/// </summary>
internal interface IAwsParameters
{
    string? ProfileName { get; }

    string? Region { get; }

    string? AccessKey { get; }

    SecureString? SecretKey { get; }

    SecureString? SessionToken { get; }

    Uri? EndpointUrl { get; }
}

/// <summary>Likewise, how to sign in to Azure.</summary>
internal interface IAzureParameters
{
    AzureCredentialKind AzureCredential { get; }

    string? TenantId { get; }

    string? ClientId { get; }

    SecureString? ClientSecret { get; }

    AzureEnvironment AzureEnvironment { get; }

    Uri? AuthorityHost { get; }

    Uri? ResourceManagerEndpoint { get; }
}

/// <summary>For cmdlets that call AWS only.</summary>
public abstract class AwsCommand : AsyncCommand, IAwsParameters
{
    [Parameter, ArgumentCompleter(typeof(ProfileCompleter))]
    public string? ProfileName { get; set; }

    [Parameter, ArgumentCompleter(typeof(RegionCompleter))]
    public string? Region { get; set; }

    [Parameter]
    public string? AccessKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SecretKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SessionToken { get; set; }

    [Parameter]
    public Uri? EndpointUrl { get; set; }

    /// <param name="region">Of the piped object, where the user gave none.</param>
    /// <param name="endpoint">Likewise.</param>
    protected AwsSettings GetAwsSettings(string? region = null, Uri? endpoint = null) => CloudSettings.Aws(this, region, endpoint);
}

/// <summary>For cmdlets that call Azure signed in, where an account's key is of no use.</summary>
public abstract class AzureSignInCommand : AsyncCommand, IAzureParameters
{
    [Parameter]
    public AzureCredentialKind AzureCredential { get; set; }

    [Parameter]
    public string? TenantId { get; set; }

    [Parameter]
    public string? ClientId { get; set; }

    [Parameter]
    public SecureString? ClientSecret { get; set; }

    [Parameter]
    public AzureEnvironment AzureEnvironment { get; set; }

    [Parameter]
    public Uri? AuthorityHost { get; set; }

    [Parameter]
    public Uri? ResourceManagerEndpoint { get; set; }

    protected virtual AzureSettings GetAzureSettings() => CloudSettings.Azure(this);
}

/// <summary>For cmdlets that call both clouds.</summary>
public abstract class CloudSignInCommand : AzureSignInCommand, IAwsParameters
{
    [Parameter, ArgumentCompleter(typeof(ProfileCompleter))]
    public string? ProfileName { get; set; }

    [Parameter, ArgumentCompleter(typeof(RegionCompleter))]
    public string? Region { get; set; }

    [Parameter]
    public string? AccessKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SecretKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SessionToken { get; set; }

    [Parameter]
    public Uri? EndpointUrl { get; set; }

    /// <inheritdoc cref="AwsCommand.GetAwsSettings"/>
    protected AwsSettings GetAwsSettings(string? region = null, Uri? endpoint = null) => CloudSettings.Aws(this, region, endpoint);

    /// <summary>Where the user says: an address, or a folder on disk.</summary>
    protected Uri LocationAt(string location) =>
        ExportStores.IsAddress(location) ? new(location) : ExportStores.LocationOf(ResolvePath(location));

    /// <summary>The export that lies there.</summary>
    protected DynamoExport ExportAt(string location) => ExportAt(LocationAt(location));

    /// <inheritdoc cref="ExportAt(string)"/>
    protected static DynamoExport ExportAt(Uri location) => new() { ExportStatus = "COMPLETED", Location = location };

    /// <summary>An export to be read as whoever the parameters sign in.</summary>
    /// <param name="lakeKey">Of the storage account that it may lie in.</param>
    protected ExportOrigin OriginOf(DynamoExport export, SecureString? lakeKey) => new()
    {
        Export = export,
        Aws = GetAwsSettings(export.Region, export.EndpointUrl),
        Lake = GetAzureSettings() with { AccountKey = Secret.From(lakeKey) },
    };
}

/// <summary>For cmdlets that call both clouds, Azure signed in or with an account's key.</summary>
public abstract class CloudCommand : CloudSignInCommand
{
    [Parameter]
    public SecureString? AccountKey { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { AccountKey = Secret.From(AccountKey) };
}

internal static class CloudSettings
{
    internal static AwsSettings Aws(IAwsParameters given, string? region, Uri? endpoint) => new()
    {
        ProfileName = given.ProfileName,
        Region = given.Region ?? region,
        AccessKey = given.AccessKey,
        SecretKey = Secret.From(given.SecretKey),
        SessionToken = Secret.From(given.SessionToken),
        EndpointUrl = given.EndpointUrl ?? endpoint,
    };

    internal static AzureSettings Azure(IAzureParameters given) => new()
    {
        // A secret given means that it is to be used.
        Credential = given.ClientSecret is not null && given.AzureCredential == AzureCredentialKind.Default
            ? AzureCredentialKind.ClientSecret : given.AzureCredential,
        TenantId = given.TenantId,
        ClientId = given.ClientId,
        ClientSecret = Secret.From(given.ClientSecret),
        Environment = given.AzureEnvironment,
        AuthorityHost = given.AuthorityHost,
        ResourceManagerEndpoint = given.ResourceManagerEndpoint,
    };
}

/// <summary>Takes a plain string too, since that is how the AWS tools and environment variables hold these secrets.</summary>
public sealed class SecretTextAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string text ? Protect(text) : inputData;
    }

    internal static SecureString Protect(string text)
    {
        SecureString secret = new();
        foreach (char c in text) secret.AppendChar(c);
        secret.MakeReadOnly();
        return secret;
    }
}
