using System.Text;

namespace DynamoCosmos.Items;

/// <summary>What the settings of a conversion come to, compiled once: which attributes to watch for, and which names must move.</summary>
internal sealed class ConversionPlan
{
    internal const string MovedPrefix = "dynamo_";

    // Cosmos DB owns these names at the top level of a document.
    private static readonly string[] s_reserved = ["id", "ttl", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"];

    private readonly List<WatchedAttribute> _watched = [];

    /// <exception cref="MigrationException">The options contradict each other or the keys.</exception>
    internal ConversionPlan(KeyMap keys, ConversionOptions options)
    {
        Options = options;
        if (options.IdFrom == IdSource.SortKey && keys.SortKey is null) throw ItemErrors.NoSortKey("-IdFrom SortKey");
        if (options.IdFrom == IdSource.Attribute && string.IsNullOrEmpty(options.IdAttribute)) throw ItemErrors.NoIdAttribute();
        if (options.Hierarchical && keys.SortKey is null) throw ItemErrors.NoSortKey("-Hierarchical");

        PartitionKey = Watch(keys.PartitionKey.Name, keys.PartitionKey.Type);
        if (keys.SortKey is not null) SortKey = Watch(keys.SortKey.Name, keys.SortKey.Type);
        if (keys.TtlAttribute is not null) Ttl = Watch(keys.TtlAttribute);
        IdAttribute = options.IdFrom == IdSource.Attribute ? Watch(options.IdAttribute!) : -1;

        // Of a table keyed by one string called id, that attribute and the document's id are one wherever the id needs no escape, so the path is /id.
        IdIsPartitionKey = keys is { PartitionKey: { Name: "id", Type: KeyType.S }, SortKey: null } && options.IdFrom == IdSource.Keys;

        PartitionKeyPaths = options.PartitionKeyPaths is { Count: > 0 } given ? [.. given] : TablePaths(keys, options);
        if (PartitionKeyPaths.Count > PartitionKeyPath.MaxPaths) throw ItemErrors.TooManyPartitionKeyPaths(PartitionKeyPaths.Count);
        HashSet<string> forced = [];
        List<ComponentSource> components = [];
        foreach (string path in PartitionKeyPaths)
        {
            IReadOnlyList<string> segments = PartitionKeyPath.Parse(path);
            string? moved = segments.Count == 1 && segments[0].StartsWith(MovedPrefix, StringComparison.Ordinal) ? segments[0][MovedPrefix.Length..] : null;
            if (segments is ["id"])
            {
                components.Add(new(ComponentKind.DocumentId, -1, []));
            }
            else if (moved is not null && s_reserved.Contains(moved))
            {
                forced.Add(moved);
                components.Add(new(ComponentKind.Attribute, Watch(moved), []));
            }
            else if (segments.Count == 1)
            {
                components.Add(new(ComponentKind.Attribute, Watch(segments[0]), []));
            }
            else
            {
                components.Add(new(ComponentKind.Nested, -1, [.. segments.Select(Encoding.UTF8.GetBytes)]));
            }
        }
        Components = components;
        Reserved =
        [
            .. s_reserved.Select(n => new ReservedName(Encoding.UTF8.GetBytes(n), forced.Contains(n))),
            // What bears the name that a key attribute must have in every item moves on itself.
            .. forced.Select(n => new ReservedName(Encoding.UTF8.GetBytes(MovedPrefix + n), false)),
        ];
    }

    internal ConversionOptions Options { get; }

    internal IReadOnlyList<string> PartitionKeyPaths { get; }

    /// <summary>Attributes whose values decide something, by index.</summary>
    internal IReadOnlyList<WatchedAttribute> Watched => _watched;

    internal int PartitionKey { get; }

    internal int SortKey { get; } = -1;

    internal int Ttl { get; } = -1;

    internal int IdAttribute { get; }

    internal bool IdIsPartitionKey { get; }

    internal IReadOnlyList<ComponentSource> Components { get; }

    internal ReservedName[] Reserved { get; }

    /// <summary>The index in <see cref="Reserved"/>, or -1.</summary>
    internal int FindReserved(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > 24 || name[0] is not ((byte)'i' or (byte)'t' or (byte)'_' or (byte)'d')) return -1;
        for (int i = 0; i < Reserved.Length; i++)
        {
            if (name.SequenceEqual(Reserved[i].Name)) return i;
        }
        return -1;
    }

    private static string[] TablePaths(KeyMap keys, ConversionOptions options)
    {
        string partitionKey = keys.PartitionKey is { Name: "id", Type: KeyType.S } && keys.SortKey is null && options.IdFrom == IdSource.Keys
            ? "/id" : PathOf(keys.PartitionKey.Name);
        return options.Hierarchical ? [partitionKey, PathOf(keys.SortKey!.Name)] : [partitionKey];
    }

    private static string PathOf(string attribute) => PartitionKeyPath.Of(s_reserved.Contains(attribute) ? MovedPrefix + attribute : attribute);

    private int Watch(string name, KeyType? type = null)
    {
        int known = _watched.FindIndex(w => w.Name == name);
        if (known >= 0)
        {
            // The same attribute as partition and sort key cannot be; as key and TTL attribute it can.
            if (type is not null) _watched[known] = _watched[known] with { Type = type };
            return known;
        }
        _watched.Add(new(name, CanonicalName(name), type));
        return _watched.Count - 1;
    }

    private static byte[] CanonicalName(string name)
    {
        byte[] text = new byte[name.Length * JsonText.MaxEscaped];
        int length = 0;
        foreach (Rune rune in name.EnumerateRunes()) length += JsonText.WriteRune(rune, text.AsSpan(length));
        return text[..length];
    }
}

/// <param name="Canonical">The name as it stands between the quotes of the document.</param>
/// <param name="Type">The type that a key attribute must have.</param>
internal sealed record WatchedAttribute(string Name, byte[] Canonical, KeyType? Type);

/// <param name="IsForced">It is part of the partition key's path: it moves in every item, to the one name that the path says.</param>
internal sealed record ReservedName(byte[] Name, bool IsForced);

internal enum ComponentKind
{
    DocumentId,
    Attribute,
    Nested,
}

/// <summary>Where a component of the partition key is found.</summary>
internal sealed record ComponentSource(ComponentKind Kind, int Watched, byte[][] Path);
