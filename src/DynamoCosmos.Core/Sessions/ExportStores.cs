using System.Buffers;
using DynamoCosmos.Aws;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Sessions;

/// <summary>Finds the store that a location belongs to.</summary>
public static class ExportStores
{
    // A drive of PowerShell's can be named so too, but not with two slashes behind it.
    private static readonly SearchValues<char> s_schemeLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Whether a text is a URL of a place of exports; else it can only be a folder's path.</summary>
    public static bool IsAddress(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is int end and > 1 && text.AsSpan(0, end).IndexOfAnyExcept(s_schemeLetters) < 0
            && Uri.TryCreate(text, UriKind.Absolute, out _);

    /// <summary>A folder on disk as a location.</summary>
    public static Uri LocationOf(string folder) => StoreKeys.OfFolder(folder);

    /// <summary>A file on disk likewise.</summary>
    public static Uri LocationOfFile(string path) => new(StoreKeys.OfFolder(path).AbsoluteUri.TrimEnd('/'));

    /// <param name="location">An export's own folder, as <c>DynamoExport.Location</c> has it: s3, https (a lake), or file.</param>
    /// <exception cref="MigrationException">ExportLocationNotSupported.</exception>
    public static ExportFolder Open(Uri location, AwsSettings aws, AzureSettings azure, CloudConnections clouds) => location.Scheme switch
    {
        "file" => LocalExportStore.Open(location),
        "s3" => S3ExportStore.Open(location, aws, clouds.Aws),
        "https" or "http" or "abfss" or "abfs" => LakeExportStore.Open(location, azure, clouds.Lakes),
        _ => throw ExportErrors.LocationNotSupported(location),
    };
}
