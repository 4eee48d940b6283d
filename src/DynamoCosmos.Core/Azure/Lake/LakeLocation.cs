using System.Net;
using System.Text.RegularExpressions;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Lake;

/// <summary>
/// A place in a storage account, with or without a hierarchical namespace. Written as
/// <c>abfss://filesystem@account.dfs.core.windows.net/path</c>,
/// <c>https://account.dfs.core.windows.net/filesystem/path</c>, <c>https://account.blob.core.windows.net/filesystem/path</c>, or path-style
/// as emulators have it, <c>http://127.0.0.1:10000/account/filesystem/path</c>. All mean the blob endpoint, which answers for every kind of
/// account.
/// </summary>
public sealed partial record LakeLocation
{
    private LakeLocation(Uri endpoint, string accountName, string fileSystem, string path)
    {
        Endpoint = endpoint;
        AccountName = accountName;
        FileSystem = fileSystem;
        Path = path;
    }

    /// <summary>The account's blob endpoint, ending in a slash.</summary>
    public Uri Endpoint { get; }

    public string AccountName { get; }

    /// <summary>The container.</summary>
    public string FileSystem { get; }

    /// <summary>Decoded, without a slash at its beginning; empty for the file system itself.</summary>
    public string Path { get; private init; }

    /// <summary>The https URL of the blob endpoint (http for an emulator).</summary>
    public Uri Location => new(Endpoint, FileSystem + "/" + string.Join('/', Path.Split('/').Select(Uri.EscapeDataString)));

    /// <exception cref="MigrationException">LakeLocationInvalid.</exception>
    public static LakeLocation Parse(Uri location)
    {
        if (!location.IsAbsoluteUri) throw LakeErrors.LakeLocationInvalid(location.OriginalString.Split('?')[0], "it is not absolute.");
        string shown = location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.SafeUnescaped);
        // A query would be a SAS: a secret, which no object may carry on.
        if (location.Query.Length > 1) throw LakeErrors.LakeLocationInvalid(shown,
            $"it has a query. A shared access signature cannot be used; sign in with {Setting.AzureCredential}, or give " +
            $"{Setting.LakeKey}.");
        bool isAbfs = location.Scheme is "abfss" or "abfs";
        if (!isAbfs && location.Scheme is not ("https" or "http")) throw LakeErrors.LakeLocationInvalid(shown,
            $"'{location.Scheme}' is no scheme of a lake.");
        if (location.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)) throw LakeErrors.LakeLocationInvalid(shown,
            "it is Amazon's; an S3 location is written s3://bucket/key.");
        if (!isAbfs && location.UserInfo.Length > 0) throw LakeErrors.LakeLocationInvalid(shown, "it has a user name.");

        string[] segments = location.AbsolutePath.TrimStart('/').Split('/');
        string scheme = isAbfs ? (location.Scheme == "abfss" ? "https" : "http") : location.Scheme;
        if (isAbfs) segments = [location.UserInfo, .. segments];
        bool isPathStyle = IsPathStyle(location);
        if (isPathStyle && isAbfs) segments = [segments[1], segments[0], .. segments[2..]];
        string account = isPathStyle ? segments[0] : location.Host.Split('.')[0];
        if (isPathStyle) segments = segments[1..];
        if (account.Length == 0 || segments.Length == 0
            || segments[0].Length == 0) throw LakeErrors.LakeLocationInvalid(shown, "it names no file system.");

        string authority = isPathStyle ? location.Authority : BlobAuthority(location);
        Uri endpoint = new($"{scheme}://{authority}/{(isPathStyle ? account + "/" : "")}");
        return Create(endpoint, account, Uri.UnescapeDataString(segments[0]),
            string.Join('/', segments[1..].Select(Uri.UnescapeDataString)));
    }

    /// <param name="blobEndpoint">Another endpoint of the account: an emulator's (path-style, with the account's name), a private one; null
    /// for the cloud's own.</param>
    /// <exception cref="MigrationException">LakeLocationInvalid.</exception>
    public static LakeLocation Of(string accountName, string fileSystem, string path, Uri? blobEndpoint, AzureEnvironment environment)
    {
        if (!AccountForm().IsMatch(accountName))
            throw LakeErrors.LakeLocationInvalid(accountName, "the name of a storage account has 3 to 24 lower-case letters and digits.");
        Uri endpoint = blobEndpoint is null
            ? AzureClouds.BlobEndpoint(accountName, environment) : new(blobEndpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        if (IsPathStyle(endpoint) && endpoint.AbsolutePath == "/") endpoint = new(endpoint, accountName + "/");
        return Create(endpoint, accountName, fileSystem, path.Replace('\\', '/').TrimStart('/'));
    }

    /// <summary>The same file system, another path.</summary>
    public LakeLocation At(string path) => this with { Path = path };

    /// <summary>As Hadoop and Spark write it; null for an endpoint that is no cloud's own.</summary>
    public string? ToAbfss() => Endpoint.Host.StartsWith(AccountName + ".blob.", StringComparison.OrdinalIgnoreCase)
        ? $"abfss://{FileSystem}@{AccountName}.dfs.{Endpoint.Host[(AccountName.Length + ".blob.".Length)..]}/{string.Join('/', Path.Split('/').Select(Uri.EscapeDataString))}"
        : null;

    /// <summary>For messages: not escaped.</summary>
    public override string ToString() => $"{Endpoint.AbsoluteUri}{FileSystem}/{Path}";

    private static LakeLocation Create(Uri endpoint, string account, string fileSystem, string path)
    {
        if (!FileSystemForm().IsMatch(fileSystem))
        {
            throw LakeErrors.LakeLocationInvalid($"{endpoint.AbsoluteUri}{fileSystem}",
                "the name of a file system (container) has 3 to 63 lower-case letters, digits and single hyphens.");
        }
        return new(endpoint, account, fileSystem, path);
    }

    private static bool IsPathStyle(Uri location) =>
        location.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || location.Host == "localhost"
            || IPAddress.TryParse(location.Host, out _) || !location.Host.Contains('.');

    // account.dfs.… and account.privatelink.dfs.… have a twin that serves blobs.
    private static string BlobAuthority(Uri location)
    {
        string[] labels = location.Host.Split('.');
        int dfs = Array.IndexOf(labels, "dfs");
        if (dfs > 0) labels[dfs] = "blob";
        return string.Join('.', labels) + (location.IsDefaultPort || location.Port < 0 ? "" : $":{location.Port}");
    }

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex AccountForm();

    [GeneratedRegex(@"^(\$root|\$web|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*)$")]
    private static partial Regex FileSystemForm();
}
