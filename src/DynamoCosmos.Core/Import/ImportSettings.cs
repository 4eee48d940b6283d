using System.Globalization;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Import;

/// <summary>
/// What makes an import the same import: anything that changes which documents come out, or where they go. Kept as words in the checkpoint,
/// so that a person can read it and a difference can be shown.
/// </summary>
internal static class ImportSettings
{
    /// <summary>Raised when the rules of conversion change: documents of two versions must not be mixed by a resume.</summary>
    internal const int RulesVersion = 1;

    private const string RejectedItems = "rejectedItemPath";

    internal static IReadOnlyDictionary<string, string> Describe(IItemSource source, IItemSink sink, ItemRouter router,
        IDocumentTransform? transform, string rejections)
    {
        Dictionary<string, string> settings = new()
        {
            ["source"] = source.Identity,
            ["items"] = source.ItemCount?.ToString(CultureInfo.InvariantCulture) ?? "unknown",
            ["format"] = source.Format.ToString(),
            ["target"] = sink.Identity,
            ["partitionKeyAttribute"] = source.Keys.PartitionKey.ToString(),
            ["sortKeyAttribute"] = source.Keys.SortKey?.ToString() ?? "none",
            ["ttlAttribute"] = source.Keys.TtlAttribute ?? "none",
            ["rules"] = RulesVersion.ToString(CultureInfo.InvariantCulture),
            [RejectedItems] = rejections,
        };
        if (transform is not null) settings["transform"] = transform.Identity;
        if (!router.IsSplit) Describe(router.Routes[0].Options, router.GetPartitionKeyPaths(0), "", settings);
        for (int i = 0; router.IsSplit && i < router.Routes.Count; i++)
        {
            ItemRoute route = router.Routes[i];
            // Their order decides who takes what two of them would.
            string prefix = string.Create(CultureInfo.InvariantCulture, $"route{i + 1}.");
            settings[prefix + "container"] = route.Container;
            settings[prefix + "where"] = route.Where ?? "none";
            Describe(route.Options, router.GetPartitionKeyPaths(router.IndexOf(route.Container)), prefix, settings);
        }
        return settings;
    }

    private static void Describe(ConversionOptions conversion,
        IReadOnlyList<string> partitionKeyPaths, string prefix, Dictionary<string, string> settings)
    {
        settings[prefix + "partitionKeyPath"] = string.Join(", ", partitionKeyPaths);
        settings[prefix + "numberMode"] = conversion.NumberMode.ToString();
        settings[prefix + "idFrom"] =
            conversion.IdFrom == IdSource.Attribute ? $"Attribute {conversion.IdAttribute}" : conversion.IdFrom.ToString();
        settings[prefix + "expiredItem"] = conversion.ExpiredItem.ToString();
        settings[prefix + "mapping"] = conversion.Mapping?.ToJson() ?? "none";
    }

    internal static string? RejectionsOf(IReadOnlyDictionary<string, string> settings) => settings.GetValueOrDefault(RejectedItems);

    /// <param name="mayMove">Another place for the rejected items is no difference.</param>
    /// <returns>One sentence for each difference.</returns>
    internal static IReadOnlyList<string> Compare(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now,
        bool mayMove) =>
    [
        .. before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => !(mayMove && name == RejectedItems) && before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name =>
                $"{name} was '{before.GetValueOrDefault(name, "not set")}' and is '{now.GetValueOrDefault(name, "not set")}' now"),
    ];
}

/// <summary>Who holds a checkpoint, for the message to whoever finds it held.</summary>
internal static class RunHolder
{
    internal static string Describe(TimeProvider time) => string.Create(CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC");
}
