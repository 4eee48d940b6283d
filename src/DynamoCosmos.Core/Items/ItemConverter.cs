using System.Text;
using System.Text.Unicode;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Turns records of an export into documents, by the rules of docs/conversion.md. Immutable and safe for any number of threads; each brings
/// its own
/// <see cref="DocumentBuffer"/>.
/// </summary>
public sealed class ItemConverter
{
    /// <summary>For what a record may become. No item's comes near it: 400 KB of item take at most about 4 MB of text.</summary>
    private const int MaxRoom = 1 << 29;

    private readonly ConversionPlan _plan;

    /// <exception cref="MigrationException">The options contradict each other or the keys.</exception>
    public ItemConverter(KeyMap keys, ConversionOptions? options = null, ItemFormat format = ItemFormat.DynamoDBJson)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!Enum.IsDefined(format)) throw ItemErrors.FormatNotSupported(format);
        Keys = keys;
        Options = options ?? new();
        Format = format;
        _plan = new(keys, Options, format);
        PartitionKeyPaths = [.. _plan.Paths.Select(path => path.Path)];
    }

    public KeyMap Keys { get; }

    public ConversionOptions Options { get; }

    public ItemFormat Format { get; }

    /// <summary>The property that the table's TTL attribute becomes; null where there is none, or the mapping leaves it out.</summary>
    internal byte[]? TtlProperty => _plan.Ttl is { IsDropped: false } rule ? Unescaped(rule.OutputName) : null;

    /// <summary>That property is a string.</summary>
    internal bool TtlIsText => (_plan.Ttl?.NumberMode ?? Options.NumberMode) == NumberMode.String;

    /// <summary>The partition key paths that the container has to have, such as <c>/pk</c>: one to three.</summary>
    public IReadOnlyList<string> PartitionKeyPaths { get; }

    /// <summary>
    /// Id and partition key are made of the table's keys alone, so that a change finds its document whatever else the item holds or held.
    /// </summary>
    internal bool KeysSuffice => _plan.KeysSuffice;

    /// <summary>Two items of a table never make one document: id and partition key tell all that its keys do.</summary>
    internal bool IdIsUnique => _plan.IdIsUnique;

    /// <summary>How binary Ion begins, which no export of DynamoDB is.</summary>
    internal static ReadOnlySpan<byte> BinaryIonMark => IonReader.BinaryMark;

    /// <summary>Converts one record. It throws for nothing that a record can hold; what is wrong with it becomes a rejection.</summary>
    /// <param name="record">Without its line end; UTF-8. An incremental export's records are recognized by their members.</param>
    /// <param name="nowUnixSeconds">What times to live count from.</param>
    /// <param name="into">Takes the result; what it held before is gone.</param>
    public ConversionOutcome Convert(ReadOnlySpan<byte> record, long nowUnixSeconds, DocumentBuffer into)
    {
        ArgumentNullException.ThrowIfNull(into);
        return Convert(_plan, record, nowUnixSeconds, into);
    }

    internal static unsafe ConversionOutcome Convert(ConversionPlan plan, ReadOnlySpan<byte> record, long now, DocumentBuffer into)
    {
        // What is wrong with a record both looks find; only this one tells whether the condition is met.
        if (plan.Filter is not null) into.PassesFilter = Convert(plan.Filter, record, now, into) != ConversionOutcome.Filtered;
        byte* start = Begin(plan, record, plan.Format == ItemFormat.Ion ? IonReader.Expansion : TypedJsonReader.Expansion, into);
        if (start == null) return into.Outcome;
        return plan.Format switch
        {
            ItemFormat.Ion => new IonReader(into, plan, start, record.Length).Read(now),
            ItemFormat.Json => new PlainJsonReader(into, start, record.Length).Read(now),
            _ => new TypedJsonReader(into, plan, start, record.Length).Read(now),
        };
    }

    /// <returns>Where the record stands; null for one that no reader need look at, which has been rejected.</returns>
    internal static unsafe byte* Begin(ConversionPlan plan, ReadOnlySpan<byte> record, int expansion, DocumentBuffer into)
    {
        if (record.Length > MaxRoom / Math.Max(expansion, 2))
        {
            into.RejectUnread(plan, RejectionReason.ItemTooLarge, $"The record has {record.Length} bytes, more than any item can take");
            return null;
        }
        byte* start = into.Begin(plan, record, expansion);
        if (plan.Format == ItemFormat.Ion
            && record.StartsWith(IonReader.BinaryMark)) into.Reject(RejectionReason.MalformedItem,
            "The record is binary Ion, and exports hold Ion text");
        else if (!Utf8.IsValid(record)) into.Reject(RejectionReason.MalformedItem, "The text is not valid UTF-8", InvalidAt(record));
        else return start;
        return null;
    }

    private static byte[] Unescaped(byte[] canonical)
    {
        byte[] text = new byte[canonical.Length];
        return text[..JsonText.Unescape(canonical, text)];
    }

    private static int InvalidAt(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
