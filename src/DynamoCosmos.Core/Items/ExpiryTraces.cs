namespace DynamoCosmos.Items;

/// <summary>What the documents of a container tell of the time at which they expire, beside their ttl.</summary>
/// <param name="Properties">Names, in UTF-8, that the table's TTL attribute has in documents of one route or another.</param>
/// <param name="AreText">Numbers there are strings.</param>
/// <param name="MayBeLost">A route leaves the attribute out: of its documents only the ttl itself tells.</param>
internal sealed record ExpiryTraces(IReadOnlyList<byte[]> Properties, bool AreText, bool MayBeLost)
{
    internal static ExpiryTraces Of(IReadOnlyList<ItemConverter> converters)
    {
        ItemConverter[] expiring = [.. converters.Where(converter => converter.Keys.TtlAttribute is not null)];
        return new(
            [.. expiring.Select(converter => converter.TtlProperty).OfType<byte[]>().DistinctBy(System.Text.Encoding.UTF8.GetString)],
            expiring.Any(converter => converter.TtlIsText),
            expiring.Any(converter => converter.TtlProperty is null));
    }
}
