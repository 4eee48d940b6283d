using System.Text;
using DynamoCosmos.Items.Conditions;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>
/// Takes one conversion's result, and is used again for the next: after the first few items a conversion allocates nothing. All spans and
/// memory that it shows are valid until then. Not for two threads at once.
/// </summary>
public sealed partial class DocumentBuffer : IConditionItem
{
    /// <summary>Cosmos DB's limit for a document, 2 MB of UTF-8 (service limits: "Maximum size of an item").</summary>
    public const int MaxDocumentBytes = 2_097_152;

    /// <summary>Cosmos DB's limit for a partition key value (service limits: "Maximum length of partition key value").</summary>
    public const int MaxPartitionKeyBytes = 2048;

    private byte[] _id = new byte[IdText.MaxLength + 1];
    private int _idLength;
    private int _start;
    private int _end;
    private readonly Component[] _partitionKey = new Component[PartitionKeyPath.MaxPaths];

    /// <summary>What the last conversion came to.</summary>
    public ConversionOutcome Outcome { get; private set; }

    /// <summary>The document in UTF-8; empty unless the outcome is <see cref="ConversionOutcome.Document"/>.</summary>
    public ReadOnlyMemory<byte> Document => Outcome == ConversionOutcome.Document ? _output.Array.AsMemory(_start, _end - _start) : default;

    /// <summary>The document's id in UTF-8; empty where a rejected item's is not known.</summary>
    public ReadOnlySpan<byte> IdUtf8 => _id.AsSpan(0, _idLength);

    /// <summary>The id as a new string.</summary>
    public string Id => Encoding.UTF8.GetString(IdUtf8);

    /// <summary>One for each of <see cref="ItemConverter.PartitionKeyPaths"/>; zero where a rejected item's are not known.</summary>
    public int PartitionKeyCount { get; private set; }

    /// <summary>Numbers of this item that lost digits, with <see cref="NumberMode.Double"/>.</summary>
    public int NumberLosses { get; private set; }

    public RejectionReason Reason { get; private set; }

    /// <summary>
    /// Why an item was rejected: what, in which attribute, at which byte of the record. It names attributes and never shows values.
    /// </summary>
    public string Detail { get; private set; } = "";

    /// <summary>One component of the partition key, in the order of the paths.</summary>
    public PartitionKeyComponent GetPartitionKeyComponent(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, PartitionKeyCount);
        Component component = _partitionKey[index];
        return new(component.Kind, component.Number, component.IsId ? IdUtf8 : _text.Array.AsSpan(component.At, component.Length));
    }

    /// <summary>
    /// One value per path: string, double, bool, null for JSON null, or <paramref name="undefined"/> where the document has none. Allocates
    /// the array and what is in it.
    /// </summary>
    public object?[] GetPartitionKey(object undefined)
    {
        object?[] values = new object?[PartitionKeyCount];
        for (int i = 0; i < values.Length; i++)
        {
            PartitionKeyComponent component = GetPartitionKeyComponent(i);
            values[i] = component.Kind switch
            {
                PartitionKeyKind.Undefined => undefined,
                PartitionKeyKind.Null => null,
                PartitionKeyKind.Boolean => component.Boolean,
                PartitionKeyKind.Number => component.Number,
                _ => component.ToString(),
            };
        }
        return values;
    }

    /// <summary>The item meets the condition of its plan's <see cref="ConversionPlan.Filter"/>.</summary>
    internal bool PassesFilter { get; set; }

    bool IConditionItem.PassesFilter => PassesFilter;

    /// <summary>The record was a change of an item.</summary>
    internal bool IsChange { get; private set; }

    /// <summary>Which of a router's conditions the item met first.</summary>
    internal int Route { get; private set; }

    private struct Component
    {
        internal PartitionKeyKind Kind;
        internal double Number;
        internal bool IsId;
        internal int At;
        internal int Length;
    }
}
