using DynamoCosmos.Basics;
using DynamoCosmos.Items.Conditions;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>
/// Everything that key map, options and mapping decide once for all items: which names matter and what becomes of them. Immutable once
/// made.
/// </summary>
internal sealed partial class ConversionPlan
{
    private static readonly string[] s_reserved = ["id", "ttl", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"];

    private readonly List<NameRule> _rules = [];
    private readonly List<byte[]> _fixedNames = [];

    /// <summary>A plan that makes no documents, and only finds which condition an item meets first.</summary>
    /// <param name="where">Items that meet neither this nor a route's condition are left out, and are no fault.</param>
    internal ConversionPlan(KeyMap keys, IReadOnlyList<string?> routes, string? where, ItemFormat format)
        : this(keys, new() { Mapping = new() { Where = where } }, format, routes)
    {
    }

    internal ConversionPlan(KeyMap keys, ConversionOptions options, ItemFormat format)
        : this(keys, options, format, null)
    {
    }

    private ConversionPlan(KeyMap keys, ConversionOptions options, ItemFormat format, IReadOnlyList<string?>? routes)
    {
        Format = format;
        Options = options;
        Keys = keys;
        Validate(keys, options);
        Top = new(_rules, isTop: true);
        PartitionKey = Watch(keys.PartitionKey.Name);
        SortKey = keys.SortKey is null ? null : Watch(keys.SortKey.Name);
        Ttl = keys.TtlAttribute is null ? null : Watch(keys.TtlAttribute);
        IdAttribute = options.IdFrom == IdSource.Attribute ? Watch(options.IdAttribute!) : null;
        Id = Watch("id");
        foreach (string name in s_reserved)
        {
            NameRule rule = Top.Get(name);
            rule.OutputName = Moved(rule.Name);
            rule.MovesOn = true;
        }
        Added = Apply(options.Mapping ?? ItemMapping.None);
        Paths = [.. PathsOf(keys, options).Select(Source)];
        PartitionKey.IsIncluded = true;
        if (SortKey is not null) SortKey.IsIncluded = true;
        Condition = options.Mapping?.Where is string where ? Parse(where) : null;
        if (routes is not null) Routes = [.. routes.Select(route => route is null ? null : Parse(route))];
        Top.Fill();
        if (Condition is not null && Routes is null && ChangesWhatConditionsSee())
        {
            Filter = new(keys, [options.Mapping!.Where], options.Mapping.Where, format);
            Condition = new FilterCondition();
        }
        foreach (PartitionKeySource path in Paths) RefuseToDrop(path);
        if (_rules.Count > DocumentBuffer.MaxRules) throw ItemErrors.InvalidMapping($"The mapping names {_rules.Count:N0} attributes, " +
            $"and {DocumentBuffer.MaxRules:N0} is the limit. Use wildcards.");
        Rules = [.. _rules];
        KeysSuffice =
            (IdAttribute is null || IsKey(IdAttribute)) && Paths.All(path => path.IsDocumentId || IsKey(path.Attribute) || IsAdded(path))
            && (Routes is null || _rules.All(rule => !rule.KeepsValue || IsKey(rule)));
    }

    /// <summary>Names at the top level that belong to Cosmos DB.</summary>
    internal static IReadOnlyList<string> ReservedNames => s_reserved;

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

    /// <summary>The rules for the attributes of the item itself.</summary>
    internal NameRules Top { get; }

    internal Condition? Condition { get; }

    /// <summary>
    /// A plan that only sees whether an item meets the condition, for a mapping that would change what the condition looks at: a condition
    /// is on the item as DynamoDB holds it. Null where one look is enough.
    /// </summary>
    internal ConversionPlan? Filter { get; }

    /// <summary>
    /// A condition looks at elements of lists, which only a plan without a mapping can tell from what its paths go through.
    /// </summary>
    internal bool NamesElements { get; private set; }

    /// <summary>The conditions of a router, null for one that every item meets.</summary>
    internal Condition?[]? Routes { get; }

    /// <summary>Properties that every document gets.</summary>
    internal AddedProperty[] Added { get; }

    /// <summary>Id and partition key, or the route, can be told by the table's keys alone.</summary>
    internal bool KeysSuffice { get; }

    /// <summary>Two items of a table never make one document.</summary>
    internal bool IdIsUnique =>
        Options.IdFrom == IdSource.Keys || (TellsKey(SortKey, Keys.SortKey) && TellsKey(PartitionKey, Keys.PartitionKey));

    /// <summary>Whether a key attribute that had to move sits at this name in every document.</summary>
    internal bool IsFixedName(ReadOnlySpan<byte> name)
    {
        foreach (byte[] fixedName in _fixedNames)
        {
            if (name.SequenceEqual(fixedName)) return true;
        }
        return false;
    }

    // A number by itself is captured with all its digits; those in a list, map or set stand as the document has them.
    private bool ChangesWhatConditionsSee()
    {
        bool changesNumbers =
            Options.NumberMode is NumberMode.Double or NumberMode.String || _rules.Exists(static rule => rule.NumberMode is not null);
        return NamesElements
            || _rules.Exists(rule => (rule.IsSeenWhole && (changesNumbers || rule.Children?.ChangesNames == true))
            || (rule.UnpacksJson && rule.Children?.HasConditions == true));
    }

    private static byte[] Moved(ReadOnlySpan<byte> name) => [.. "dynamo_"u8, .. name];

    private static void Validate(KeyMap keys, ConversionOptions options)
    {
        if (keys.PartitionKey.Name.Length == 0 || keys.SortKey is { Name.Length: 0 }
            || keys.SortKey?.Name == keys.PartitionKey.Name) throw ItemErrors.InvalidKeyName();
        if (options.IdFrom == IdSource.SortKey && keys.SortKey is null) throw ItemErrors.NoSortKey($"{Setting.IdFrom} SortKey");
        if (options.Hierarchical && keys.SortKey is null) throw ItemErrors.NoSortKey($"{Setting.Hierarchical}");
        if (options.IdFrom == IdSource.Attribute && string.IsNullOrEmpty(options.IdAttribute)) throw ItemErrors.NoIdAttribute();
        if (options.PartitionKeyPaths is { Count: 0 or > PartitionKeyPath.MaxPaths } paths) throw ItemErrors.TooManyPartitionKeyPaths(
            paths.Count);
    }

    private Condition Parse(string text)
    {
        ConditionParser parser = new(text, Top);
        Condition condition = parser.Read();
        NamesElements |= parser.NamesElements;
        return condition;
    }

    private List<string> PathsOf(KeyMap keys, ConversionOptions options)
    {
        if (options.PartitionKeyPaths is not null) return [.. options.PartitionKeyPaths];
        bool isId = keys is { PartitionKey: { Name: "id", Type: KeyType.S }, SortKey: null } && options.IdFrom == IdSource.Keys
            && !Id.IsGivenName;
        List<string> paths = [isId ? "/id" : PartitionKeyPath.Of(FixedName(keys.PartitionKey, keys.SortKey))];
        if (options.Hierarchical && keys.SortKey is not null) paths.Add(PartitionKeyPath.Of(FixedName(keys.SortKey, keys.PartitionKey)));
        return paths;
    }

    /// <summary>
    /// The one name that a key has in all documents: the mapping's, or one out of the way of Cosmos DB's own names and of the other key.
    /// </summary>
    private string FixedName(KeyAttribute key, KeyAttribute? other)
    {
        if (_given.TryGetValue(key.Name, out string? given)) return given;
        if (!s_reserved.Contains(key.Name)) return key.Name;
        string name = "dynamo_" + key.Name;
        while (name == other?.Name) name = "dynamo_" + name;
        return name;
    }

    private PartitionKeySource Source(string path)
    {
        string[] segments = PartitionKeyPath.Parse(path);
        if (segments is ["id"]) return new(path, null, []);
        if (s_reserved.Contains(segments[0])) throw ItemErrors.InvalidPartitionKeyPath(path,
            $"'{segments[0]}' is Cosmos DB's own property.");
        if (segments.Length == 1 && KeyAt(segments[0]) is KeyAttribute key) return new(path, Fix(key, segments[0]), []);
        // Watched even if nothing is done about it, and kept where only some are.
        NameRule rule = Top.Get(segments[0]);
        rule.IsIncluded = true;
        foreach (string segment in segments[1..])
        {
            if (rule.Children is null) break;
            rule = rule.Children.Get(segment);
            rule.IsIncluded = true;
        }
        return new(path, null, [.. segments.Select(NameRules.Canonical)]);
    }

    private KeyAttribute? KeyAt(string name) =>
        name == FixedName(Keys.PartitionKey, Keys.SortKey) ? Keys.PartitionKey
        : Keys.SortKey is not null && name == FixedName(Keys.SortKey, Keys.PartitionKey) ? Keys.SortKey
        : null;

    private NameRule Fix(KeyAttribute key, string name)
    {
        NameRule rule = Watch(key.Name);
        rule.MovesOn = false;
        if (name == key.Name || rule.IsGivenName) return rule;
        rule.OutputName = NameRules.Canonical(name);
        _fixedNames.Add(rule.OutputName);
        NameRule displaced = Top.Get(name);
        if (displaced.IsGivenName) return rule;
        displaced.OutputName = Moved(displaced.Name);
        displaced.MovesOn = true;
        return rule;
    }

    private NameRule Watch(string name)
    {
        NameRule rule = Top.Get(name);
        rule.KeepsText = true;
        return rule;
    }

    // The id is made of a key's own text; a partition key that is a number may have lost digits.
    private bool TellsKey(NameRule? rule, KeyAttribute? key) =>
        rule is null || rule == (Options.IdFrom == IdSource.SortKey ? SortKey : IdAttribute)
        || (Paths.Any(path => path.Attribute == rule)
            && (key!.Type != KeyType.N || (rule.NumberMode ?? Options.NumberMode) != NumberMode.Double));

    private bool IsKey(NameRule? rule) => rule is not null && (rule == PartitionKey || rule == SortKey);

    private bool IsAdded(PartitionKeySource path) =>
        path.Attribute is null && Added.Any(added => added.Slot.Name.AsSpan().SequenceEqual(path.Segments[0]));
}
