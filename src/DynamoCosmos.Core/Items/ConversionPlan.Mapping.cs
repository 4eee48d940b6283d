using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>A property that every document gets.</summary>
/// <param name="Attribute">Watches for an attribute of that name.</param>
/// <param name="Slot">Has the property's name, and notes where it stands.</param>
/// <param name="Value">Canonical JSON.</param>
internal sealed record AddedProperty(NameRule Attribute, NameRule Slot, byte[] Value);

/// <summary>The mapping as rules.</summary>
internal sealed partial class ConversionPlan
{
    // From a top-level attribute to the name that the mapping gives it.
    private readonly Dictionary<string, string> _given = [];

    private AddedProperty[] Apply(ItemMapping mapping)
    {
        foreach (string path in mapping.ExcludeAttributes) Exclude(path);
        Include(mapping.IncludeAttributes);
        foreach ((string path, string name) in mapping.RenameAttributes) Rename(path, name);
        foreach (string path in mapping.StringAttributes) SetNumberMode(path, NumberMode.String);
        foreach ((string path, NumberMode mode) in mapping.NumberModes) SetNumberMode(path, mode);
        foreach (string path in mapping.UnpackJsonAttributes) Unpack(path);
        return [.. mapping.AddProperties.OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => Add(property.Key, property.Value))];
    }

    private void Exclude(string path)
    {
        PathSegment[] segments = Split(path, out NameRules level);
        level.Exclude(segments[^1]);
    }

    private void Include(IReadOnlyList<string> paths)
    {
        List<PathSegment[]> all = [.. paths.Select(AttributePath.Parse)];
        foreach (PathSegment[] segments in all)
        {
            // What is included as a whole is not cut down by a path into it.
            NameRules level = Top;
            for (int i = 0; i < segments.Length; i++)
            {
                if (segments[i].IsPattern
                    && i < segments.Length - 1) throw ItemErrors.InvalidAttributePath(Text(segments),
                    "wildcards can only stand in the last name.");
                level.Include(segments[i]);
                bool isWhole = all.Any(other => other.Length == i + 1 && other.SequenceEqual(segments[..(i + 1)]));
                if (isWhole || i == segments.Length - 1) break;
                level = level.GetChildren(segments[i].Name);
            }
        }
    }

    private void Rename(string path, string name)
    {
        string[] segments = AttributePath.ParseExact(path);
        NameRules level = Level(segments);
        if (name.Length == 0) throw ItemErrors.InvalidMapping($"The attribute '{path}' cannot be renamed to nothing. Give it a new last " +
            $"name; {Setting.ExcludeAttribute} leaves it out.");
        bool isTop = segments.Length == 1;
        if (isTop && s_reserved.Contains(name)) throw ItemErrors.InvalidMapping($"The attribute '{path}' cannot be renamed to '{name}', " +
            "which is Cosmos DB's own property. Choose another name.");
        NameRule rule = level.Get(segments[^1]);
        byte[] output = NameRules.Canonical(name);
        if (level.ByName.Any(other => other.Value != rule && other.Value.IsGivenName
            && other.Value.OutputName.AsSpan().SequenceEqual(output)))
        {
            throw ItemErrors.InvalidMapping($"Two attributes are renamed to '{name}'. Give each a name of its own.");
        }
        rule.OutputName = output.AsSpan().SequenceEqual(rule.Name) ? rule.Name : output;
        rule.MovesOn = false;
        rule.IsGivenName = rule.IsRenamed;
        if (isTop) _given[segments[0]] = name;
    }

    private void SetNumberMode(string path, NumberMode mode)
    {
        string[] segments = AttributePath.ParseExact(path);
        NameRule rule = Level(segments).Get(segments[^1]);
        if (rule.NumberMode is NumberMode other && other != mode) throw ItemErrors.InvalidMapping($"The attribute '{path}' is given two " +
            $"number modes, {other} and {mode}. Keep one.");
        rule.NumberMode = mode;
    }

    private void Unpack(string path)
    {
        string[] segments = AttributePath.ParseExact(path);
        NameRule rule = Level(segments).Get(segments[^1]);
        if (rule == PartitionKey || rule == SortKey || rule == Ttl || rule == IdAttribute)
        {
            throw ItemErrors.InvalidMapping($"The attribute '{path}' cannot be unpacked: id, partition key or time to live are made of " +
                "it as it is.");
        }
        rule.UnpacksJson = true;
    }

    private AddedProperty Add(string name, string json)
    {
        if (name.Length == 0 || s_reserved.Contains(name)) throw ItemErrors.InvalidMapping($"A property '{name}' cannot be added: " +
            "Cosmos DB owns that name, or it is none. Choose another.");
        NameRule rule = Top.Get(name);
        if (Top.ByName.Any(other => other.Value.IsGivenName && other.Value.OutputName.AsSpan().SequenceEqual(rule.Name)))
        {
            throw ItemErrors.InvalidMapping($"The property '{name}' is added, and an attribute is renamed to it. Keep one of the two.");
        }
        try
        {
            // Read the strict way first: what comes after may rely on it.
            using JsonDocument parsed = JsonDocument.Parse(json);
            NameRule slot = new(_rules.Count, rule.Name, isTop: true);
            _rules.Add(slot);
            return new(rule, slot, PlainJsonReader.Canonicalize(json));
        }
        catch (JsonException error)
        {
            throw ItemErrors.InvalidMapping($"The value of the added property '{name}' is not JSON: {error.Message} Strings need quotes.");
        }
    }

    /// <summary>The partition key must be in every document that the item has it in.</summary>
    private void RefuseToDrop(PartitionKeySource path)
    {
        if (path.IsDocumentId) return;
        NameRule? rule = path.Attribute;
        NameRules? level = Top;
        foreach (byte[] segment in path.Segments)
        {
            rule = level?.ByName.Select(named => named.Value)
                .FirstOrDefault(candidate => candidate.OutputName.AsSpan().SequenceEqual(segment));
            if (rule is { IsDropped: true }) break;
            if (rule is null && level is not null && !level.Keeps(segment)) throw Dropped(path);
            level = rule?.Children;
        }
        if (rule is { IsDropped: true }) throw Dropped(path);
    }

    private static MigrationException Dropped(PartitionKeySource path) =>
        ItemErrors.InvalidMapping($"The mapping leaves out the attribute that the partition key path {path.Path} needs. Keep it, or " +
            $"choose another path with {Setting.PartitionKeyPath}.");

    private PathSegment[] Split(string path, out NameRules level)
    {
        PathSegment[] segments = AttributePath.Parse(path);
        if (segments[..^1].Any(segment => segment.IsPattern)) throw ItemErrors.InvalidAttributePath(path,
            "wildcards can only stand in the last name.");
        level = Level([.. segments.Select(segment => segment.Name)]);
        return segments;
    }

    /// <summary>The map that the path's last name is in.</summary>
    internal NameRules Level(ReadOnlySpan<string> segments)
    {
        NameRules level = Top;
        foreach (string segment in segments[..^1]) level = level.GetChildren(segment);
        return level;
    }

    private static string Text(PathSegment[] segments) => string.Join('.', segments.Select(segment => segment.Name));
}
