using System.Runtime.CompilerServices;
using System.Text;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items.Rules;

/// <summary>The rules for the names of one map: of the item itself, or of a map in it.</summary>
internal sealed class NameRules(List<NameRule> all, bool isTop)
{
    private const int Slots = 256;

    private static readonly NameRule s_leftOut = new(-1, [], false) { IsDropped = true };

    private readonly NameRule?[] _slots = new NameRule?[Slots];
    private readonly Dictionary<string, NameRule> _byName = [];
    private readonly List<NamePattern> _excluded = [];
    private readonly List<NamePattern> _included = [];
    private readonly List<(int Index, NameRule Rule)> _elements = [];
    private bool _isClosed;
    private bool _hasPatterns;

    /// <summary>Rules that give a new name, which another attribute may have already.</summary>
    internal NameRule[] GivenNames { get; private set; } = [];

    internal IEnumerable<KeyValuePair<string, NameRule>> ByName => _byName;

    /// <summary>A condition looks at something in here.</summary>
    internal bool HasConditions =>
        HasElements || _byName.Values.Any(static rule => rule.KeepsValue || rule.Children?.HasConditions == true);

    /// <summary>The document does not have all of it as the item has it.</summary>
    internal bool ChangesNames =>
        _isClosed || _excluded.Count > 0
            || _byName.Values.Any(static rule => rule.IsDropped || rule.IsRenamed || rule.UnpacksJson
            || rule.Children?.ChangesNames == true);

    /// <summary>While the plan is made: the rule of a name, new if need be.</summary>
    internal NameRule Get(string name)
    {
        if (_byName.TryGetValue(name, out NameRule? rule)) return rule;
        rule = new(all.Count, Canonical(name), isTop);
        all.Add(rule);
        _byName.Add(name, rule);
        return rule;
    }

    internal NameRules GetChildren(string name) => Into(Get(name));

    /// <summary>The rules for what is in an attribute.</summary>
    internal NameRules Into(NameRule rule) => rule.Children ??= new(all, isTop: false);

    /// <summary>
    /// While the plan is made: the rule of a list's element. Only conditions name elements; a mapping's paths go through all of a list.
    /// </summary>
    internal NameRule GetElement(int index)
    {
        if (ElementAt(index) is NameRule known) return known;
        NameRule rule = new(all.Count, [], isTop: false);
        all.Add(rule);
        _elements.Add((index, rule));
        return rule;
    }

    internal NameRule? ElementAt(int index)
    {
        foreach ((int at, NameRule rule) in _elements)
        {
            if (at == index) return rule;
        }
        return null;
    }

    internal bool HasElements => _elements.Count > 0;

    internal void Exclude(PathSegment segment)
    {
        if (segment.IsPattern) _excluded.Add(new(Canonical(segment.Name)));
        else Get(segment.Name).IsDropped = true;
    }

    internal void Include(PathSegment segment)
    {
        _isClosed = true;
        // Quoted names hold no wildcards; their own rule says that they are in.
        if (segment.IsPattern) _included.Add(new(Canonical(segment.Name)));
        else Get(segment.Name).IsIncluded = true;
    }

    /// <summary>Makes the table, when all rules are known.</summary>
    internal void Fill()
    {
        foreach (NameRule rule in _byName.Values)
        {
            rule.IsDropped |= IsExcluded(rule.Name) || (_isClosed && !rule.IsIncluded && !IsIncluded(rule.Name));
            byte slot = (byte)NameHash.Of(rule.Name);
            rule.Next = _slots[slot];
            _slots[slot] = rule;
            rule.Children?.Fill();
        }
        foreach ((_, NameRule element) in _elements) element.Children?.Fill();
        _hasPatterns = _isClosed || _excluded.Count > 0;
        GivenNames = [.. _byName.Values.Where(rule => rule.IsGivenName && !rule.IsDropped)];
    }

    internal bool IsExcluded(ReadOnlySpan<byte> name)
    {
        foreach (NamePattern pattern in _excluded)
        {
            if (pattern.Matches(name)) return true;
        }
        return false;
    }

    /// <summary>Null for the many names that nothing is done about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe NameRule? Find(uint hash, byte* name, nint length)
    {
        NameRule? rule = _slots[(byte)hash];
        return rule is null && !_hasPatterns ? null : Find(rule, new(name, (int)length));
    }

    /// <summary>Whether the document gets an attribute of this name under this very name.</summary>
    internal bool Keeps(ReadOnlySpan<byte> name) =>
        Find(_slots[(byte)NameHash.Of(name)], name) is not { } rule || (!rule.IsDropped && !rule.IsRenamed);

    private NameRule? Find(NameRule? rule, ReadOnlySpan<byte> name)
    {
        while (rule is not null && !name.SequenceEqual(rule.Name)) rule = rule.Next;
        if (rule is not null || !_hasPatterns) return rule;
        return IsExcluded(name) || (_isClosed && !IsIncluded(name)) ? s_leftOut : null;
    }

    private bool IsIncluded(ReadOnlySpan<byte> name)
    {
        foreach (NamePattern pattern in _included)
        {
            if (pattern.Matches(name)) return true;
        }
        return false;
    }

    internal static unsafe byte[] Canonical(string name)
    {
        byte[] text = new byte[name.Length * 6];
        fixed (byte* start = text)
        {
            byte* end = start;
            foreach (Rune rune in name.EnumerateRunes()) end = JsonText.Write(end, (uint)rune.Value);
            return text[..(int)(end - start)];
        }
    }
}
