using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items.Statistics;

/// <summary>
/// Every place at which the items of a table have values, up to a limit: tables whose maps have data for names would fill any memory.
/// Not for two threads at once; each has its own, and they are added up at the end.
/// </summary>
internal sealed class AttributeTree
{
    /// <summary>Places in all.</summary>
    internal const int MaxNodes = 2_000;

    /// <summary>Names within one map. A map with more has data for names.</summary>
    internal const int MaxNamesInMap = 100;

    /// <summary>DynamoDB takes no longer name for a key; a longer one is counted as if there were no more room.</summary>
    internal const int MaxNameBytes = 255;

    internal AttributeTree(KeyMap keys)
    {
        Id = Pin("id");
        Ttl = keys.TtlAttribute is null ? null : Pin(keys.TtlAttribute);
        foreach (string name in ConversionPlan.ReservedNames) Pin(name);
        Pin(keys.PartitionKey.Name);
        if (keys.SortKey is not null) Pin(keys.SortKey.Name);
    }

    internal AttributeNode Root { get; } = new([], null);

    internal AttributeNode Id { get; }

    internal AttributeNode? Ttl { get; }

    internal int NodeCount { get; private set; }

    /// <summary>Values at places that found no room.</summary>
    internal long Unlisted { get; set; }

    /// <summary>Attributes called id that say what the document's id says, and keep their name.</summary>
    internal long IdsKept { get; set; }

    /// <summary>Null if there is no more room for it.</summary>
    /// <param name="before">The sibling that came before it, for a guess.</param>
    internal AttributeNode? Child(AttributeNode map, AttributeNode? before, ReadOnlySpan<byte> name)
    {
        AttributeNode? guess = before is null ? map.First : before.After;
        if (guess is not null && guess.IsNamed(name)) return guess;
        uint hash = NameHash.Of(name);
        AttributeNode? child = map.Find(name, hash) ?? Add(map, name, hash);
        if (before is null) map.First = child ?? map.First;
        else before.After = child ?? before.After;
        return child;
    }

    internal AttributeNode? Elements(AttributeNode list)
    {
        if (list.Elements is null && NodeCount < MaxNodes)
        {
            list.Elements = new([], list);
            NodeCount++;
        }
        return list.Elements;
    }

    /// <summary>Adds what another tree of the same table has seen.</summary>
    internal void Add(AttributeTree other)
    {
        Unlisted += other.Unlisted;
        IdsKept += other.IdsKept;
        Add(Root, other.Root);
    }

    private void Add(AttributeNode to, AttributeNode from)
    {
        for (int type = 0; type < to.Types.Length; type++) to.Types[type] += from.Types[type];
        to.Bytes += from.Bytes;
        to.MaxBytes = Math.Max(to.MaxBytes, from.MaxBytes);
        to.NumberLosses += from.NumberLosses;
        to.Depth = Math.Max(to.Depth, from.Depth);
        to.HasMore |= from.HasMore;
        foreach (AttributeNode child in from.Children)
        {
            uint hash = NameHash.Of(child.Name);
            AttributeNode? mine = to.Find(child.Name, hash) ?? Add(to, child.Name, hash);
            if (mine is null) Unlisted += child.Count;
            else Add(mine, child);
        }
        if (from.Elements is not AttributeNode elements) return;
        if (Elements(to) is AttributeNode list) Add(list, elements);
        else Unlisted += elements.Count;
    }

    private AttributeNode? Add(AttributeNode map, ReadOnlySpan<byte> name, uint hash)
    {
        bool isFull = NodeCount >= MaxNodes || name.Length > MaxNameBytes || (map != Root && map.ChildCount >= MaxNamesInMap);
        if (isFull)
        {
            map.HasMore = true;
            return null;
        }
        NodeCount++;
        return map.Add(name, hash);
    }

    // What the findings speak of is always listed, however many other attributes come before it.
    private AttributeNode Pin(string name)
    {
        byte[] text = NameRules.Canonical(name);
        uint hash = NameHash.Of(text);
        if (Root.Find(text, hash) is AttributeNode pinned) return pinned;
        NodeCount++;
        return Root.Add(text, hash);
    }
}
