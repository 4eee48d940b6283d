using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>One item's way to its document: keys, id, names, partition key, time to live.</summary>
internal sealed class ReferenceItem(KeyMap keys, ConversionOptions options, List<(string Name, ReferenceValue Value)> attributes)
{
    private static readonly string[] s_reserved = ["id", "ttl", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"];

    internal (string?, string?) KeyTexts() =>
        (Find(keys.PartitionKey.Name)?.Content, keys.SortKey is null ? null : Find(keys.SortKey.Name)?.Content);

    internal bool KeysSuffice()
    {
        string[] names = [keys.PartitionKey.Name, .. keys.SortKey is null ? Array.Empty<string>() : [keys.SortKey.Name]];
        bool idSuffices = options.IdFrom != IdSource.Attribute || names.Contains(options.IdAttribute);
        return idSuffices && Paths().All(path => path is ["id"] || (path.Length == 1 && KeyAt(path[0]) is not null));
    }

    internal ReferenceResult Upsert(long now)
    {
        string id = Id();
        ReferenceMapping mapping = new(keys, options);
        List<(string Name, ReferenceValue Value)> properties = mapping.Finish(Rename(id, mapping.Apply(attributes)));
        int? ttl = Ttl(now, out bool isExpired);
        StringBuilder head = new($"{{\"id\":{ReferenceValue.Quote(id)}");
        if (ttl is not null) head.Append(CultureInfo.InvariantCulture, $",\"ttl\":{ttl}");
        string document =
            $"{head}{string.Concat(properties.Select(property => $",{ReferenceValue.Quote(property.Name)}:{property.Value.Json}"))}}}";
        if (isExpired
            && options.ExpiredItem == ExpiredItemAction.Skip) return new(ConversionOutcome.Expired, RejectionReason.None, "", id,
            PartitionKeyOr(id, properties));
        if (mapping.Later != RejectionReason.None) throw new Refusal(mapping.Later);
        string partitionKey = PartitionKey(id, properties);
        if (Encoding.UTF8.GetByteCount(document) > 2_097_152) throw new Refusal(RejectionReason.ItemTooLarge);
        return new(ConversionOutcome.Document, RejectionReason.None, document, id, partitionKey,
            properties.Sum(property => property.Value.Losses));
    }

    internal ReferenceResult Delete()
    {
        string id = Id();
        ReferenceMapping mapping = new(keys, options);
        List<(string Name, ReferenceValue Value)> properties = mapping.Finish(Rename(id, mapping.Apply(attributes)));
        string partitionKey = PartitionKey(id, properties);
        foreach (string[] path in Paths())
        {
            if (path is not ["id"] && Value(path, properties) is null) throw new Refusal(RejectionReason.MissingKey);
        }
        return new(ConversionOutcome.Delete, RejectionReason.None, "", id, partitionKey);
    }

    private ReferenceValue? Find(string name) => attributes.FirstOrDefault(attribute => attribute.Name == name).Value;

    private string Id()
    {
        string pk = IdText(keys.PartitionKey.Name, keys.PartitionKey.Type.ToString());
        string? sk = keys.SortKey is null ? null : IdText(keys.SortKey.Name, keys.SortKey.Type.ToString());
        string? attribute = options.IdFrom == IdSource.Attribute ? IdText(options.IdAttribute!, null) : null;
        string whole = attribute ?? (options.IdFrom == IdSource.SortKey ? sk! : sk is null ? pk : $"{pk}|{sk}");
        byte[] bytes = Encoding.UTF8.GetBytes(whole);
        if (bytes.Length <= 1023) return whole;
        StringBuilder cut = new();
        foreach (Rune rune in whole.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(cut.ToString() + rune) > 900) break;
            cut.Append(rune);
        }
        return $"{cut}~~{System.Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant()}";
    }

    private string IdText(string name, string? type)
    {
        ReferenceValue value = Find(name) ?? throw new Refusal(RejectionReason.MissingKey);
        if (value.Type != (type ?? value.Type) || value.Type is not ("S" or "N" or "B")) throw new Refusal(RejectionReason.KeyTypeMismatch);
        string text = value.Content!;
        if (text.Length == 0) throw new Refusal(RejectionReason.MissingKey);
        if (value.Type == "N") return text;
        if (value.Type == "B") return text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        StringBuilder escaped = new();
        List<Rune> runes = [.. text.EnumerateRunes()];
        for (int i = 0; i < runes.Count; i++)
        {
            Rune rune = runes[i];
            bool isEdgeSpace = rune.Value == ' ' && (i == 0 || i == runes.Count - 1);
            if (isEdgeSpace || Rune.IsControl(rune) || "/\\?#%~|".Contains(rune.ToString(), StringComparison.Ordinal))
            {
                foreach (byte b in Encoding.UTF8.GetBytes(rune.ToString())) escaped.Append(CultureInfo.InvariantCulture, $"~{b:X2}");
            }
            else escaped.Append(rune);
        }
        return escaped.ToString();
    }

    /// <summary>Of the attributes that the mapping leaves, each with the name it had and the one it was given, if any.</summary>
    private List<(string Name, ReferenceValue Value)> Rename(string id, List<(string Name, string? Given, ReferenceValue Value)> kept)
    {
        Dictionary<string, string> fixedNames = [];
        foreach (string[] path in Paths())
        {
            if (path.Length == 1 && path[0] != "id" && KeyAt(path[0]) is KeyAttribute key) fixedNames[key.Name] = path[0];
        }
        HashSet<string> taken =
        [
            .. kept.Where(attribute => attribute.Given is null && !s_reserved.Contains(attribute.Name)).Select(attribute => attribute.Name),
                .. kept.Where(attribute => attribute.Given is not null).Select(attribute => attribute.Given!),
            .. fixedNames.Values, .. options.Mapping?.AddProperties.Keys ?? [],
        ];
        List<(string, ReferenceValue)> properties = [];
        foreach ((string name, string? given, ReferenceValue value) in kept)
        {
            if (given is not null) properties.Add((given, value));
            else if (fixedNames.TryGetValue(name, out string? fixedName)) properties.Add((fixedName, value));
            else if (name == "id" && value.Type == "S" && value.Content == id) continue;
            else if (s_reserved.Contains(name) || fixedNames.ContainsValue(name))
            {
                string moved = "dynamo_" + name;
                while (!taken.Add(moved)) moved = "dynamo_" + moved;
                properties.Add((moved, value));
            }
            else properties.Add((name, value));
        }
        return properties;
    }

    private string FixedName(KeyAttribute key)
    {
        if (options.Mapping is not null && options.Mapping.RenameAttributes.TryGetValue(key.Name, out string? given)) return given;
        string? other = key == keys.PartitionKey ? keys.SortKey?.Name : keys.PartitionKey.Name;
        if (!s_reserved.Contains(key.Name)) return key.Name;
        string name = "dynamo_" + key.Name;
        while (name == other) name = "dynamo_" + name;
        return name;
    }

    private KeyAttribute? KeyAt(string name) =>
        name == FixedName(keys.PartitionKey)
            ? keys.PartitionKey : keys.SortKey is not null && name == FixedName(keys.SortKey) ? keys.SortKey : null;

    private List<string[]> Paths()
    {
        // The tests give simple paths only; the notation has tests of its own.
        if (options.PartitionKeyPaths is not null) return [.. options.PartitionKeyPaths.Select(path => path[1..].Split('/'))];
        if (keys.SortKey is null && keys.PartitionKey is { Name: "id", Type: KeyType.S } && options.IdFrom == IdSource.Keys
            && FixedName(keys.PartitionKey) == "dynamo_id") return [["id"]];
        List<string[]> paths = [[FixedName(keys.PartitionKey)]];
        if (options.Hierarchical && keys.SortKey is not null) paths.Add([FixedName(keys.SortKey)]);
        return paths;
    }

    private static ReferenceValue? Value(string[] path, IReadOnlyList<(string Name, ReferenceValue Value)> properties)
    {
        ReferenceValue? value = properties.FirstOrDefault(property => property.Name == path[0]).Value;
        return path.Length == 1 || value is null ? value : Value(path[1..], value.Members);
    }

    private string PartitionKeyOr(string id, List<(string Name, ReferenceValue Value)> properties)
    {
        try
        {
            return PartitionKey(id, properties);
        }
        catch (Refusal)
        {
            return "";
        }
    }

    private string PartitionKey(string id, List<(string Name, ReferenceValue Value)> properties)
    {
        List<string> components = [];
        foreach (string[] path in Paths())
        {
            ReferenceValue? value = path is ["id"] ? ReferenceValue.String(id) : Value(path, properties);
            if (value?.Type is "M" or "L" or "SS" or "NS" or "BS") throw new Refusal(RejectionReason.KeyTypeMismatch);
            object? component = value is null ? "undefined" : JsonSerializer.Deserialize<JsonElement>(value.Json) switch
            {
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
                { ValueKind: JsonValueKind.Null } => null,
                JsonElement flag => flag.GetBoolean(),
            };
            if (component is string s && Encoding.UTF8.GetByteCount(s) > 2048) throw new Refusal(RejectionReason.PartitionKeyTooLong);
            components.Add(JsonSerializer.Serialize(component));
        }
        return string.Join(' ', components);
    }

    private int? Ttl(long now, out bool isExpired)
    {
        isExpired = false;
        if (keys.TtlAttribute is null || Find(keys.TtlAttribute) is not { Type: "N" } value) return null;
        BigInteger left = value.Decimal!.Floor - now;
        isExpired = left <= 0 && left >= -5 * 365 * 86400;
        return left > 0 && left <= int.MaxValue ? (int)left : null;
    }
}
