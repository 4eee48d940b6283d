using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Completion;

/// <summary>Regions of AWS.</summary>
public sealed class RegionCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) => new(static _ => ResourceNames.RegionsAsync());
}

/// <summary>Profiles of AWS's configuration on this machine.</summary>
public sealed class ProfileCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) => new(static _ => ResourceNames.ProfilesAsync());
}

/// <summary>DynamoDB tables of the region.</summary>
public sealed class TableCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        new(stop => ResourceNames.TablesAsync(given.Aws, stop));
}

/// <summary>S3 buckets.</summary>
public sealed class BucketCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        new(stop => ResourceNames.BucketsAsync(given.Aws, stop));
}

/// <summary>Prefixes that exports in the bucket of the line were made with.</summary>
public sealed class PrefixCompleter : NameCompleter
{
    private protected override NameQuestion? Ask(GivenParameters given, string typed) =>
        given.Text("S3Bucket") is { } bucket ? new(stop => ResourceNames.PrefixesAsync(given.Aws, bucket, stop)) : null;
}

/// <summary>Exports in S3, first by their bucket.</summary>
public class S3LocationCompleter : NameCompleter
{
    private const string Scheme = "s3://";

    private protected sealed override NameQuestion? Ask(GivenParameters given, string typed)
    {
        if (!typed.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        int slash = typed.IndexOf('/', Scheme.Length);
        if (slash < 0) return new(stop => BucketsAsync(given.Aws, stop));
        string bucket = typed[Scheme.Length..slash];
        return new(stop => ResourceNames.ExportsAsync(given.Aws, bucket, stop), bucket);
    }

    private static async Task<IReadOnlyList<ResourceName>> BucketsAsync(AwsSettings settings, CancellationToken cancellationToken) =>
        [.. (await ResourceNames.BucketsAsync(settings, cancellationToken))
            .Select(static bucket => new ResourceName($"{Scheme}{bucket.Name}/"))];
}

/// <summary>Exports in S3, and paths of the file system.</summary>
public sealed class LocationCompleter : S3LocationCompleter
{
    private protected override IEnumerable<CompletionResult> Otherwise(string word, string typed) =>
        typed.Contains("://", StringComparison.Ordinal) ? [] : CompletionCompleters.CompleteFilename(word);
}
