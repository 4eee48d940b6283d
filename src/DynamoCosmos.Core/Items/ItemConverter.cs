using System.Text.Unicode;

namespace DynamoCosmos.Items;

public enum ConversionOutcome
{
    /// <summary>The buffer holds a document to upsert.</summary>
    Document,

    /// <summary>The record of an incremental export says that the item is gone: the buffer holds id and partition key.</summary>
    Delete,

    /// <summary>The item's time to live has passed; it is skipped.</summary>
    Expired,

    /// <summary>The buffer holds the reason.</summary>
    Rejected,
}

/// <summary>
/// Turns items in DynamoDB JSON into documents, by the rules of docs/conversion.md. Immutable and safe to share between threads; each thread brings
/// its own <see cref="DocumentBuffer"/>. The same line, settings and time always give the same bytes.
/// </summary>
public sealed class ItemConverter
{
    private readonly ConversionPlan _plan;

    /// <exception cref="MigrationException">The options contradict each other or the keys.</exception>
    public ItemConverter(KeyMap keys, ConversionOptions options) => _plan = new(keys, options);

    /// <summary>The partition key paths that the container must have for these documents.</summary>
    public IReadOnlyList<string> PartitionKeyPaths => _plan.PartitionKeyPaths;

    /// <param name="line">One line of a data file, without its line end.</param>
    /// <param name="nowUnixSeconds">The moment of the write, for the time to live.</param>
    /// <param name="into">Receives the document; what it held before is gone.</param>
    public ConversionOutcome Convert(ReadOnlySpan<byte> line, long nowUnixSeconds, DocumentBuffer into)
    {
        into.Begin(_plan);
        if (!Utf8.IsValid(line)) return into.Reject(RejectionReason.MalformedItem, "The line is not valid UTF-8.");
        while (true)
        {
            TypedJsonReader reader = new(line, into);
            if (!reader.ReadRecord(out bool isDelete)) return ConversionOutcome.Rejected;
            // A reserved name's new name was taken by another attribute: once more, with a longer one.
            if (into.HasTakenName()) continue;
            return into.Complete(nowUnixSeconds, isDelete);
        }
    }
}
