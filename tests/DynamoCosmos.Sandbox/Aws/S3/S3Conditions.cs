using System.Globalization;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>Conditional requests and ranges.</summary>
internal static class S3Conditions
{
    internal static void CheckRead(string? ifMatch, string? ifNoneMatch, StandInObject item)
    {
        if (!string.IsNullOrEmpty(ifMatch) && ifMatch != "*" && !Same(ifMatch, item)) throw Failed("If-Match");
        if (!string.IsNullOrEmpty(ifNoneMatch)
            && (ifNoneMatch == "*" || Same(ifNoneMatch, item))) throw new AwsException(304, "NotModified", "Not Modified");
    }

    internal static void CheckWrite(string? ifMatch, string? ifNoneMatch, StandInObject? current)
    {
        if (ifNoneMatch is not null and not "*") throw AwsException.NotSupported("If-None-Match with an ETag on a write");
        if (ifNoneMatch == "*" && current is not null) throw Failed("If-None-Match");
        if (ifMatch is null) return;
        if (current is null) throw new AwsException(404, "NoSuchKey", "The specified key does not exist.");
        if (!Same(ifMatch, current)) throw Failed("If-Match");
    }

    /// <summary>Null where there is none, or it is not one of bytes (which S3 ignores).</summary>
    internal static (long First, long Last)? Range(string? header, long length)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal)) return null;
        string[] ends = header["bytes=".Length..].Split('-');
        if (ends.Length != 2) return null;
        bool hasFirst = long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first);
        bool hasLast = long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long last);
        if (!hasFirst && !hasLast) return null;
        if (!hasFirst) (first, last) = (Math.Max(0, length - last), length - 1);
        else if (!hasLast || last >= length) last = length - 1;
        if (first >= length || first > last) throw new AwsException(416, "InvalidRange", "The requested range is not satisfiable");
        return (first, last);
    }

    private static bool Same(string tag, StandInObject item) => tag.Trim('"') == item.ETag.Trim('"');

    private static AwsException Failed(string condition) =>
        new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        {
            Details = new Dictionary<string, string> { ["Condition"] = condition },
        };
}
