using System.Globalization;
using System.Text;

namespace DynamoCosmos.Items.Rules;

/// <summary>The kinds of value that a partition key can hold.</summary>
public enum PartitionKeyKind
{
    /// <summary>The document has no such property.</summary>
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
}

/// <summary>One component of a document's partition key. It is valid until its buffer's next conversion.</summary>
public readonly ref struct PartitionKeyComponent
{
    internal PartitionKeyComponent(PartitionKeyKind kind, double number, ReadOnlySpan<byte> utf8)
    {
        Kind = kind;
        Number = number;
        Utf8 = utf8;
    }

    public PartitionKeyKind Kind { get; }

    /// <summary>With <see cref="PartitionKeyKind.Number"/>.</summary>
    public double Number { get; }

    /// <summary>With <see cref="PartitionKeyKind.Boolean"/>.</summary>
    public bool Boolean => Number != 0;

    /// <summary>With <see cref="PartitionKeyKind.Text"/>: the string itself, without quotes or escapes.</summary>
    public ReadOnlySpan<byte> Utf8 { get; }

    /// <summary>The component as people read it. For a text it is the very string.</summary>
    public override string ToString() => Kind switch
    {
        PartitionKeyKind.Text => Encoding.UTF8.GetString(Utf8),
        PartitionKeyKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        PartitionKeyKind.Boolean => Boolean ? "true" : "false",
        PartitionKeyKind.Null => "null",
        _ => "undefined",
    };
}
