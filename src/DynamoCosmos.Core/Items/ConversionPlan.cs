using System.Runtime.CompilerServices;
using System.Text;

namespace DynamoCosmos.Items;

/// <summary>Everything that key map and options decide once for all items: which names matter and what becomes of them. Immutable once made.</summary>
internal sealed class ConversionPlan
{
    private const int Slots = 256;

    private static readonly string[] s_reserved = ["id", "ttl", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"];

    private readonly NameRule?[] _slots = new NameRule?[Slots];
    private readonly Dictionary<string, NameRule> _rules = [];
    private readonly List<byte[]> _fixedNames = [];

    internal ConversionPlan(KeyMap keys, ConversionOptions options, ItemFormat format)
    {
        Format = format;
        Options = options;
        Keys = keys;
        Validate(keys, options);
        PartitionKey = Rule(keys.PartitionKey.Name, keepsText: true);
        SortKey = keys.SortKey is null ? null : Rule(keys.SortKey.Name, keepsText: true);
        Ttl = keys.TtlAttribute is null ? null : Rule(keys.TtlAttribute, keepsText: true);
        IdAttribute = options.IdFrom == IdSource.Attribute ? Rule(options.IdAttribute!, keepsText: true) : null;
        Id = Rule("id", keepsText: true);
        foreach (string name in s_reserved)
        {
            NameRule rule = Rule(name, keepsText: false);
            rule.OutputName = Moved(rule.Name);
            rule.MovesOn = true;
        }
        Paths = [.. PathsOf(keys, options).Select(Source)];
        Rules = [.. _rules.Values.OrderBy(rule => rule.Index)];
        Fill();
        KeysSuffice = (IdAttribute is null || IsKey(IdAttribute)) && Paths.All(path => path.IsDocumentId || IsKey(path.Attribute));
    }

    internal ItemFormat Format { get; }

    internal KeyMap Keys { get; }

    internal ConversionOptions Options { get; }

    internal NameRule PartitionKey { get; }

    internal NameRule? SortKey { get; }

    internal NameRule? Ttl { get; }

    internal NameRule? IdAttribute { get; }

    /// <summary>The rule of an attribute that is called id.</summary>
    internal NameRule Id { get; }

    internal PartitionKeySource[] Paths { get; }

    internal NameRule[] Rules { get; }

    /// <summary>Id and partition key can be made of the table's keys alone.</summary>
    internal bool KeysSuffice { get; }

    /// <summary>Null for the many names that nothing is done about.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal unsafe NameRule? Find(uint hash, byte* name, nint length)
    {
        NameRule? rule = _slots[(byte)hash];
        return rule is null ? null : Find(rule, new(name, (int)length));
    }

    private static NameRule? Find(NameRule? rule, ReadOnlySpan<byte> name)
    {
        while (rule is not null && !name.SequenceEqual(rule.Name)) rule = rule.Next;
        return rule;
    }

    /// <summary>Whether a key attribute that had to move sits at this name in every document.</summary>
    internal bool IsFixedName(ReadOnlySpan<byte> name)
    {
        foreach (byte[] fixedName in _fixedNames)
        {
            if (name.SequenceEqual(fixedName)) return true;
        }
        return false;
    }

    internal static byte[] Moved(ReadOnlySpan<byte> name) => [.. "dynamo_"u8, .. name];

    private static void Validate(KeyMap keys, ConversionOptions options)
    {
        if (keys.PartitionKey.Name.Length == 0 || keys.SortKey is { Name.Length: 0 } || keys.SortKey?.Name == keys.PartitionKey.Name) throw ItemErrors.InvalidKeyName();
        if (options.IdFrom == IdSource.SortKey && keys.SortKey is null) throw ItemErrors.NoSortKey("-IdFrom SortKey");
        if (options.Hierarchical && keys.SortKey is null) throw ItemErrors.NoSortKey("-Hierarchical");
        if (options.IdFrom == IdSource.Attribute && string.IsNullOrEmpty(options.IdAttribute)) throw ItemErrors.NoIdAttribute();
        if (options.PartitionKeyPaths is { Count: 0 or > PartitionKeyPath.MaxPaths } paths) throw ItemErrors.TooManyPartitionKeyPaths(paths.Count);
    }

    private static List<string> PathsOf(KeyMap keys, ConversionOptions options)
    {
        if (options.PartitionKeyPaths is not null) return [.. options.PartitionKeyPaths];
        bool isId = keys is { PartitionKey: { Name: "id", Type: KeyType.S }, SortKey: null } && options.IdFrom == IdSource.Keys;
        List<string> paths = [isId ? "/id" : PartitionKeyPath.Of(FixedName(keys.PartitionKey, keys.SortKey))];
        if (options.Hierarchical && keys.SortKey is not null) paths.Add(PartitionKeyPath.Of(FixedName(keys.SortKey, keys.PartitionKey)));
        return paths;
    }

    /// <summary>The one name that a key has in all documents: it moves out of the way of Cosmos DB's own names, and of the other key.</summary>
    private static string FixedName(KeyAttribute key, KeyAttribute? other)
    {
        if (!s_reserved.Contains(key.Name)) return key.Name;
        string name = "dynamo_" + key.Name;
        while (name == other?.Name) name = "dynamo_" + name;
        return name;
    }

    private PartitionKeySource Source(string path)
    {
        string[] segments = PartitionKeyPath.Parse(path);
        if (segments is ["id"]) return new(path, null, []);
        if (s_reserved.Contains(segments[0])) throw ItemErrors.InvalidPartitionKeyPath(path, $"'{segments[0]}' is Cosmos DB's own property.");
        if (segments.Length == 1 && KeyAt(segments[0]) is KeyAttribute key) return new(path, Fix(key, segments[0]), []);
        Rule(segments[0], keepsText: false);
        return new(path, null, [.. segments.Select(Canonical)]);
    }

    private KeyAttribute? KeyAt(string name) =>
        name == FixedName(Keys.PartitionKey, Keys.SortKey) ? Keys.PartitionKey
        : Keys.SortKey is not null && name == FixedName(Keys.SortKey, Keys.PartitionKey) ? Keys.SortKey
        : null;

    private NameRule Fix(KeyAttribute key, string name)
    {
        NameRule rule = Rule(key.Name, keepsText: true);
        if (name != key.Name) rule.OutputName = Canonical(name);
        rule.MovesOn = false;
        if (name != key.Name)
        {
            _fixedNames.Add(rule.OutputName);
            NameRule displaced = Rule(name, keepsText: false);
            displaced.OutputName = Moved(displaced.Name);
            displaced.MovesOn = true;
        }
        return rule;
    }

    private NameRule Rule(string name, bool keepsText)
    {
        if (!_rules.TryGetValue(name, out NameRule? rule)) _rules.Add(name, rule = new(_rules.Count, Canonical(name)));
        rule.KeepsText |= keepsText;
        return rule;
    }

    private bool IsKey(NameRule? rule) => rule is not null && (rule == PartitionKey || rule == SortKey);

    private void Fill()
    {
        foreach (NameRule rule in Rules)
        {
            uint slot = (byte)NameTable.HashOf(rule.Name);
            rule.Next = _slots[slot];
            _slots[slot] = rule;
        }
    }

    private static unsafe byte[] Canonical(string name)
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
