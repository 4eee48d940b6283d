using System.Text.Json;
using System.Text.RegularExpressions;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>A mapping once more, plainly, over trees of values. It knows simple paths only: names without dots or quotes.</summary>
internal sealed class ReferenceMapping(KeyMap keys, ConversionOptions options)
{
    private readonly ItemMapping _mapping = options.Mapping ?? new();

    /// <summary>The first thing in the item's order that a document cannot be made with.</summary>
    internal RejectionReason Later { get; private set; }

    internal List<(string Name, string? Given, ReferenceValue Value)> Apply(List<(string Name, ReferenceValue Value)> attributes)
    {
        List<(string Name, string? Given, ReferenceValue Value)> kept = Map("", attributes, options.NumberMode);
        return kept;
    }

    internal List<(string Name, ReferenceValue Value)> Finish(List<(string Name, ReferenceValue Value)> properties)
    {
        foreach ((string name, string json) in _mapping.AddProperties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            if (properties.Any(property => property.Name == name)) Note(RejectionReason.NameConflict);
            properties.Add((name, Plain(JsonDocument.Parse(json).RootElement, NumberMode.Exact)));
        }
        return properties;
    }

    private List<(string Name, string? Given, ReferenceValue Value)> Map(
        string prefix, IEnumerable<(string Name, ReferenceValue Value)> members, NumberMode mode)
    {
        List<(string Name, string? Given, ReferenceValue Value)> kept = [];
        foreach ((string name, ReferenceValue value) in members)
        {
            string path = prefix + name;
            if (IsLeftOut(prefix, name)) continue;
            NumberMode here = _mapping.StringAttributes.Contains(path)
                ? NumberMode.String : _mapping.NumberModes.TryGetValue(path, out NumberMode given) ? given : mode;
            ReferenceValue mapped = Rebuild(path + ".", value, here);
            if (value.Type == "S" && _mapping.UnpackJsonAttributes.Contains(path)) mapped = Unpack(path + ".", value, here);
            kept.Add((name, _mapping.RenameAttributes.TryGetValue(path, out string? renamed) && renamed != name ? renamed : null, mapped));
        }
        foreach ((string _, string? given, ReferenceValue _) in kept)
        {
            if (given is not null && kept.Any(other => other.Name == given && other.Given is null)) Note(RejectionReason.NameConflict);
        }
        return kept;
    }

    private ReferenceValue Rebuild(string prefix, ReferenceValue value, NumberMode mode)
    {
        switch (value.Type)
        {
            case "N":
                return Number(value, mode);
            case "NS":
                return ReferenceValue.List("NS", value.Elements.Select(element => Number(element, mode)).ToList());
            case "M":
                return ReferenceValue.Map(Map(prefix, value.Members, mode).Select(member => (member.Given ?? member.Name, member.Value)));
            case "L":
                return ReferenceValue.List("L", value.Elements.Select(element => Rebuild(prefix, element, mode)).ToList());
            default:
                return value;
        }
    }

    private ReferenceValue Number(ReferenceValue value, NumberMode mode)
    {
        ReferenceValue number = ReferenceValue.Number(value.Content!, mode);
        if (number.IsLossy && mode == NumberMode.Reject) Note(RejectionReason.NumberLoss);
        return number;
    }

    private ReferenceValue Unpack(string prefix, ReferenceValue value, NumberMode mode)
    {
        try
        {
            JsonElement json =
                JsonDocument.Parse(value.Content!, new JsonDocumentOptions { MaxDepth = 63, AllowDuplicateProperties = false }).RootElement;
            Prove(json);
            return Rebuild(prefix, Plain(json, mode), mode);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Note(RejectionReason.NotJson);
            return value;
        }
    }

    private static void Prove(JsonElement json) => _ = json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!.Length,
        JsonValueKind.Array =>
            json.EnumerateArray().Count(element => element.ValueKind == JsonValueKind.String && element.GetString() is null),
        _ => 0,
    };

    private static ReferenceValue Plain(JsonElement json, NumberMode mode) => json.ValueKind switch
    {
        JsonValueKind.String => ReferenceValue.String(json.GetString()!),
        JsonValueKind.Number => ReferenceValue.Number(json.GetRawText(), mode),
        JsonValueKind.Array => ReferenceValue.List("L", json.EnumerateArray().Select(element => Plain(element, mode)).ToList()),
        JsonValueKind.Object =>
            ReferenceValue.Map(json.EnumerateObject().Select(member => (member.Name, Plain(member.Value, mode))).ToList()),
        _ => new(json.ValueKind == JsonValueKind.Null ? "NULL" : "BOOL", json.GetRawText()),
    };

    private bool IsLeftOut(string prefix, string name)
    {
        string path = prefix + name;
        if (_mapping.ExcludeAttributes.Any(pattern => Matches(pattern, prefix, name))) return true;
        if (_mapping.IncludeAttributes.Count == 0) return false;
        string place = "/" + path.Replace('.', '/');
        bool isRoot = (prefix.Length == 0 && (name == keys.PartitionKey.Name || name == keys.SortKey?.Name))
            || options.PartitionKeyPaths?.Any(p => p == place || p.StartsWith(place + "/", StringComparison.Ordinal)) == true;
        if (isRoot) return false;
        bool isWhole = _mapping.IncludeAttributes.Any(pattern => Matches(pattern, prefix, name));
        bool isOnTheWay = _mapping.IncludeAttributes.Any(pattern => pattern.StartsWith(path + ".", StringComparison.Ordinal));
        // In a map that is in as a whole, or that no path goes into, everything is in.
        bool isOpen = prefix.Length > 0
            && (_mapping.IncludeAttributes.Contains(prefix[..^1])
            || !_mapping.IncludeAttributes.Any(pattern => pattern.StartsWith(prefix, StringComparison.Ordinal)));
        return !(isWhole || isOnTheWay || isOpen);
    }

    private static bool Matches(string pattern, string prefix, string name)
    {
        if (!pattern.StartsWith(prefix, StringComparison.Ordinal)
            || pattern[prefix.Length..].Contains('.', StringComparison.Ordinal)) return false;
        string regex = Regex.Escape(pattern[prefix.Length..]).Replace("\\*", ".*", StringComparison.Ordinal)
            .Replace("\\?", "(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|.)", StringComparison.Ordinal);
        return Regex.IsMatch(name, $"\\A(?:{regex})\\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private void Note(RejectionReason reason)
    {
        if (Later == RejectionReason.None) Later = reason;
    }
}
