namespace DynamoCosmos.Items.Statistics;

/// <summary>What was seen at one place of a table's items: an attribute, a name within a map, or the elements of a list.</summary>
internal sealed class AttributeNode(byte[] name, AttributeNode? parent)
{
    /// <summary>DynamoDB's types, in the order of <see cref="Types"/>.</summary>
    internal static readonly string[] TypeNames = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];

    private AttributeNode?[] _slots = [];

    /// <summary>Canonical JSON text without quotes; empty for the elements of a list.</summary>
    internal byte[] Name { get; } = name;

    internal AttributeNode? Parent { get; } = parent;

    /// <summary>Values seen, by type.</summary>
    internal long[] Types { get; } = new long[TypeNames.Length];

    /// <summary>Bytes of names and values as DynamoDB counts them.</summary>
    internal long Bytes { get; set; }

    internal int MaxBytes { get; set; }

    /// <summary>Numbers that no double keeps.</summary>
    internal long NumberLosses { get; set; }

    /// <summary>Levels of maps and lists within; 0 for a scalar or a set.</summary>
    internal int Depth { get; set; }

    /// <summary>There were more names than are kept.</summary>
    internal bool HasMore { get; set; }

    internal int ChildCount { get; private set; }

    internal AttributeNode? Elements { get; set; }

    /// <summary>The child that came first the last time: items of a table tend to have their attributes in one order.</summary>
    internal AttributeNode? First { get; set; }

    /// <summary>The one that came behind this the last time.</summary>
    internal AttributeNode? After { get; set; }

    internal long Count => Types.Sum();

    internal IEnumerable<AttributeNode> Children
    {
        get
        {
            foreach (AttributeNode? first in _slots)
            {
                for (AttributeNode? child = first; child is not null; child = child.NextInSlot) yield return child;
            }
        }
    }

    private AttributeNode? NextInSlot { get; set; }

    private uint Hash { get; set; }

    internal bool IsNamed(ReadOnlySpan<byte> name) => name.SequenceEqual(Name);

    internal AttributeNode? Find(ReadOnlySpan<byte> name, uint hash)
    {
        if (_slots.Length == 0) return null;
        AttributeNode? child = _slots[hash & (uint)(_slots.Length - 1)];
        while (child is not null && !child.IsNamed(name)) child = child.NextInSlot;
        return child;
    }

    internal AttributeNode Add(ReadOnlySpan<byte> name, uint hash)
    {
        if (ChildCount >= _slots.Length) Grow();
        AttributeNode child = new(name.ToArray(), this) { Hash = hash };
        Link(child);
        ChildCount++;
        return child;
    }

    private void Grow()
    {
        AttributeNode[] children = [.. Children];
        _slots = new AttributeNode?[Math.Max(8, 2 * _slots.Length)];
        foreach (AttributeNode child in children) Link(child);
    }

    private void Link(AttributeNode child)
    {
        uint slot = child.Hash & (uint)(_slots.Length - 1);
        child.NextInSlot = _slots[slot];
        _slots[slot] = child;
    }
}
