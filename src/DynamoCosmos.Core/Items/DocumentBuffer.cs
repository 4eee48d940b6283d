using System.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// One document at a time: its bytes, its id and partition key, or why there is none. Reused from item to item, it allocates nothing once its
/// memory has grown to the largest item. What it hands out is valid until the next conversion.
/// </summary>
public sealed partial class DocumentBuffer
{
    /// <summary>Cosmos DB's limit for a document, 2 MB of UTF-8 (service limits: "Maximum size of an item").</summary>
    public const int MaxDocumentBytes = 2_097_152;

    /// <summary>Cosmos DB's limit for a partition key value (service limits: "Maximum length of partition key value").</summary>
    public const int MaxPartitionKeyBytes = 2048;

    private readonly DocumentId _id = new();
    private int _start;
    private string? _detail;

    /// <summary>The document, UTF-8 JSON. Empty for a delete or a rejection.</summary>
    public ReadOnlyMemory<byte> Document => _bytes.AsMemory(_start, _length - _start);

    /// <summary>The document's id; empty where it is not known.</summary>
    public string Id => _id.ToString();

    public ReadOnlySpan<byte> IdUtf8 => _id.Utf8;

    /// <summary>Numbers that became another number, with <see cref="NumberMode.Double"/>.</summary>
    public int NumberLosses { get; private set; }

    public RejectionReason Reason { get; private set; }

    /// <summary>What is wrong and where, for a person.</summary>
    public string Detail => _detail ?? "";

    /// <summary>
    /// One value per path: string, double, bool, null for JSON null, or <paramref name="undefined"/> where the document has none. Allocates the array and its strings.
    /// </summary>
    public object?[] GetPartitionKey(object undefined)
    {
        object?[] values = new object?[_componentCount];
        for (int i = 0; i < values.Length; i++) values[i] = _components[i].Kind switch
        {
            ValueKind.Undefined => undefined,
            ValueKind.Null => null,
            ValueKind.True => true,
            ValueKind.False => false,
            ValueKind.Number => _components[i].Number,
            _ => Encoding.UTF8.GetString(ComponentText(i)),
        };
        return values;
    }

    internal ConversionOutcome Reject(RejectionReason reason, string detail)
    {
        Fail(reason, detail);
        return ConversionOutcome.Rejected;
    }

    /// <summary>Notes the first fault and answers false, so that readers can return it.</summary>
    internal bool Fail(RejectionReason reason, string detail)
    {
        if (Reason != RejectionReason.None) return false;
        Reason = reason;
        _detail = detail;
        return false;
    }
}
