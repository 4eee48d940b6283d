using System.Globalization;
using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>
/// What makes an import the same import: anything that changes which documents come out, or where they go. Kept as words in the checkpoint, so that a
/// person can read it and a difference can be shown.
/// </summary>
internal static class ImportSettings
{
    /// <summary>Raised when the rules of conversion change: documents of two versions must not be mixed by a resume.</summary>
    internal const int RulesVersion = 1;

    private const string RejectedItems = "rejectedItemPath";

    internal static IReadOnlyDictionary<string, string> Describe(
        IItemSource source, IItemSink sink, ConversionOptions conversion, IReadOnlyList<string> partitionKeyPaths, string rejections) => new Dictionary<string, string>
        {
            ["source"] = source.Identity,
            ["items"] = source.ItemCount?.ToString(CultureInfo.InvariantCulture) ?? "unknown",
            ["format"] = source.Format.ToString(),
            ["target"] = sink.Identity,
            ["partitionKeyPath"] = string.Join(", ", partitionKeyPaths),
            ["partitionKeyAttribute"] = source.Keys.PartitionKey.ToString(),
            ["sortKeyAttribute"] = source.Keys.SortKey?.ToString() ?? "none",
            ["ttlAttribute"] = source.Keys.TtlAttribute ?? "none",
            ["numberMode"] = conversion.NumberMode.ToString(),
            ["idFrom"] = conversion.IdFrom == IdSource.Attribute ? $"Attribute {conversion.IdAttribute}" : conversion.IdFrom.ToString(),
            ["expiredItem"] = conversion.ExpiredItem.ToString(),
            ["mapping"] = conversion.Mapping?.ToJson() ?? "none",
            ["rules"] = RulesVersion.ToString(CultureInfo.InvariantCulture),
            [RejectedItems] = rejections,
        };

    internal static string? RejectionsOf(IReadOnlyDictionary<string, string> settings) => settings.GetValueOrDefault(RejectedItems);

    /// <returns>One sentence for each difference.</returns>
    internal static IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
    [
        .. before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{name} was '{before.GetValueOrDefault(name, "not set")}' and is '{now.GetValueOrDefault(name, "not set")}' now"),
    ];
}

/// <summary>Who holds a checkpoint, for the message to whoever finds it held.</summary>
internal static class RunHolder
{
    internal static string Describe(TimeProvider time) => string.Create(CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC");
}
