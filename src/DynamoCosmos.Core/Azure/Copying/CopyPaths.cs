using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// Where files come to lie: below the destination as below the bucket. A prefix that is no path everywhere (with <c>..</c>, an empty
/// name, a colon) is left out; what cannot be placed safely even then is not copied.
/// </summary>
internal sealed class CopyPaths
{
    private readonly string _targetFolder;
    private readonly int _dropped;

    /// <exception cref="MigrationException">CopyKeyUnsafe.</exception>
    internal CopyPaths(ExportFolder source, string targetFolder)
    {
        _targetFolder = targetFolder;
        if (IsSafe(source.Path)) return;
        // AWSDynamoDB/<export>/ and all below it are the service's own names.
        int export = source.Path.TrimEnd('/').LastIndexOf('/');
        int start = export < 0 ? 0 : source.Path.LastIndexOf('/', export - 1) + 1;
        if (!IsSafe(source.Path[start..])) throw CopyErrors.CopyKeyUnsafe(source.Location, source.Path);
        _dropped = start;
    }

    /// <summary>What of the source's keys is left out; empty as a rule.</summary>
    internal bool IsPrefixDropped => _dropped > 0;

    internal string TargetKey(string sourceKey) => _targetFolder + sourceKey[_dropped..];

    private static bool IsSafe(string path) =>
        path.Length == 0 || StoreKeys.IsSafe(path.TrimEnd('/')) && !path.EndsWith("//", StringComparison.Ordinal);
}
