using System.Buffers;
using System.IO.Hashing;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Statistics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Assessment;

/// <summary>
/// What one thread has seen of a table's items: each is converted as the import would, and walked. Memory is bounded whatever comes, to
/// about 3 MB.
/// </summary>
/// <param name="converter">Of DynamoDB JSON, which tells DynamoDB's types.</param>
/// <param name="format">Of the records.</param>
internal sealed class ItemStatistics(ItemConverter converter, long now, ItemFormat format = ItemFormat.DynamoDBJson)
{
    // Room that is kept for the text of records of Ion; what a larger one took is given back.
    private const int KeptBytes = 1024 * 1024;

    /// <summary>Half of Cosmos DB's limit: from here on a document that grows by little is refused.</summary>
    internal const int LargeDocumentBytes = DocumentBuffer.MaxDocumentBytes / 2;

    // DynamoDB knows seconds. In milliseconds every date since March 1973 is beyond this, which in seconds is the year 5138.
    private const long LikelyMilliseconds = 100_000_000_000;

    private readonly DocumentBuffer _document = new();
    private byte[] _scratch = new byte[64 * 1024];
    private byte[] _key = new byte[256];
    private readonly IonTranscoder? _ion = format == ItemFormat.Ion ? new() : null;
    private ArrayBufferWriter<byte> _typed = new();

    internal AttributeTree Attributes { get; } = new(converter.Keys);

    internal SizeHistogram SourceSizes { get; } = new();

    internal SizeHistogram DocumentSizes { get; } = new();

    internal DistinctCount PartitionKeys { get; } = new();

    internal HeavyHitters Partitions { get; } = new();

    internal SortedDictionary<RejectionReason, long> Rejections { get; } = [];

    internal AssessmentCounts Counts { get; private set; } = new();

    internal void Observe(in ItemRecord record)
    {
        Counts.Items++;
        if (record.IsTooLong)
        {
            Reject(RejectionReason.ItemTooLarge);
            return;
        }
        ReadOnlySpan<byte> text = record.Text;
        if (_ion is not null && !TryTranscode(_ion, ref text))
        {
            Reject(RejectionReason.MalformedItem);
            return;
        }
        ConversionOutcome outcome = converter.Convert(text, now, _document);
        switch (outcome)
        {
            case ConversionOutcome.Document:
                ObserveDocument();
                break;
            case ConversionOutcome.Expired:
                Counts.Expired++;
                break;
            case ConversionOutcome.Delete or ConversionOutcome.Filtered:
                Counts.Skipped++;
                break;
            default:
                Reject(_document.Reason);
                break;
        }
        // What could not be read cannot be walked either.
        if (outcome != ConversionOutcome.Delete && _document.Reason != RejectionReason.MalformedItem) Walk(text.Length);
    }

    internal void Add(ItemStatistics other)
    {
        Attributes.Add(other.Attributes);
        SourceSizes.Add(other.SourceSizes);
        DocumentSizes.Add(other.DocumentSizes);
        PartitionKeys.Add(other.PartitionKeys);
        Partitions.Add(other.Partitions);
        foreach ((RejectionReason reason, long count) in other.Rejections) Rejections[reason] =
            Rejections.GetValueOrDefault(reason) + count;
        Counts = Counts.Plus(other.Counts);
    }

    private bool TryTranscode(IonTranscoder ion, ref ReadOnlySpan<byte> text)
    {
        if (_typed.Capacity > KeptBytes) _typed = new();
        else _typed.ResetWrittenCount();
        bool isRecord = ion.TryTranscode(text, _typed);
        text = _typed.WrittenSpan;
        return isRecord;
    }

    private void ObserveDocument()
    {
        int bytes = _document.Document.Length;
        DocumentSizes.Add(bytes);
        Counts.WriteKilobytes += Math.Max(1, bytes / 1024.0);
        if (bytes >= LargeDocumentBytes) Counts.LargeDocuments++;
        // The tilde is itself escaped, so it stands in no other id; two of them, only before a hash.
        ReadOnlySpan<byte> id = _document.IdUtf8;
        if (id.IndexOf("~~"u8) >= 0) Counts.HashedIds++;
        else if (id.Contains((byte)'~')) Counts.EscapedIds++;
        ReadOnlySpan<byte> key = PartitionKey(out long kinds);
        ulong hash = XxHash3.HashToUInt64(key, kinds);
        PartitionKeys.Add(hash);
        Partitions.Add(hash, key, bytes);
    }

    private void Walk(int length)
    {
        if (_scratch.Length < length) _scratch = new byte[Math.Max(length, 2 * _scratch.Length)];
        TypedJsonWalk walk = new(Attributes, _document.IdUtf8, _scratch);
        unsafe
        {
            SourceSizes.Add(walk.Walk(_document.RecordStart));
        }
        if (walk.NumberLosses > 0) Counts.ItemsWithNumberLosses++;
        Counts.NumberLosses += walk.NumberLosses;
        if (walk.TtlSeconds is not long expires) return;
        Counts.TtlNumbers++;
        if (expires > now + int.MaxValue) Counts.TtlTooFar++;
        else if (expires < now - DocumentBuffer.MaxSecondsPast) Counts.TtlTooOld++;
        else if (expires <= now) Counts.TtlExpired++;
        if (expires >= LikelyMilliseconds) Counts.TtlMilliseconds++;
    }

    private void Reject(RejectionReason reason) => Rejections[reason] = Rejections.GetValueOrDefault(reason) + 1;

    /// <summary>The whole partition key as people read it.</summary>
    /// <param name="kinds">Of its components: 1 and "1" are read alike and are two keys.</param>
    private ReadOnlySpan<byte> PartitionKey(out long kinds)
    {
        int length = 0;
        kinds = 0;
        for (int i = 0; i < _document.PartitionKeyCount; i++)
        {
            PartitionKeyComponent component = _document.GetPartitionKeyComponent(i);
            kinds = kinds * 8 + (int)component.Kind;
            int room = length + component.Utf8.Length + 40;
            if (_key.Length < room) Array.Resize(ref _key, 2 * room);
            if (i > 0) " / "u8.CopyTo(_key.AsSpan(length));
            if (i > 0) length += 3;
            if (component.Kind == PartitionKeyKind.Text)
            {
                component.Utf8.CopyTo(_key.AsSpan(length));
                length += component.Utf8.Length;
            }
            else if (component.Kind == PartitionKeyKind.Number)
            {
                bool fits = component.Number.TryFormat(_key.AsSpan(length), out int written, "R",
                    System.Globalization.CultureInfo.InvariantCulture);
                System.Diagnostics.Debug.Assert(fits);
                length += written;
            }
            else
            {
                length += System.Text.Encoding.UTF8.GetBytes(component.ToString(), _key.AsSpan(length));
            }
        }
        return _key.AsSpan(0, length);
    }
}

/// <summary>Plain sums over items.</summary>
internal sealed record AssessmentCounts
{
    internal long Items { get; set; }

    internal long Expired { get; set; }

    internal long Skipped { get; set; }

    internal long LargeDocuments { get; set; }

    internal long EscapedIds { get; set; }

    internal long HashedIds { get; set; }

    internal long NumberLosses { get; set; }

    internal long ItemsWithNumberLosses { get; set; }

    internal long TtlNumbers { get; set; }

    internal long TtlExpired { get; set; }

    internal long TtlTooFar { get; set; }

    internal long TtlTooOld { get; set; }

    internal long TtlMilliseconds { get; set; }

    /// <summary>Kilobytes of documents, each counted as one at least: what request units go by.</summary>
    internal double WriteKilobytes { get; set; }

    internal AssessmentCounts Plus(AssessmentCounts other) => new()
    {
        Items = Items + other.Items,
        Expired = Expired + other.Expired,
        Skipped = Skipped + other.Skipped,
        LargeDocuments = LargeDocuments + other.LargeDocuments,
        EscapedIds = EscapedIds + other.EscapedIds,
        HashedIds = HashedIds + other.HashedIds,
        NumberLosses = NumberLosses + other.NumberLosses,
        ItemsWithNumberLosses = ItemsWithNumberLosses + other.ItemsWithNumberLosses,
        TtlNumbers = TtlNumbers + other.TtlNumbers,
        TtlExpired = TtlExpired + other.TtlExpired,
        TtlTooFar = TtlTooFar + other.TtlTooFar,
        TtlTooOld = TtlTooOld + other.TtlTooOld,
        TtlMilliseconds = TtlMilliseconds + other.TtlMilliseconds,
        WriteKilobytes = WriteKilobytes + other.WriteKilobytes,
    };
}
