using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Comparison;

/// <summary>Finds where two documents differ, by the same rules that the fingerprints keep.</summary>
internal sealed class DocumentDiff
{
    private const int LongestText = 256;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = ComparisonRules.MaxDepth };

    private readonly int _most;
    private readonly List<ValueDifference> _found = [];

    private DocumentDiff(int most) => _most = most;

    /// <param name="ttlFault">As <see cref="DocumentHasher.TtlFault"/> has it for the document of the container.</param>
    /// <param name="most">How many places to name.</param>
    internal static IReadOnlyList<ValueDifference> Find(ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> actual,
        ValueDifference? ttlFault, int most)
    {
        using JsonDocument left = JsonDocument.Parse(expected, s_options);
        using JsonDocument right = JsonDocument.Parse(actual, s_options);
        DocumentDiff diff = new(most);
        if (ttlFault is not null) diff._found.Add(ttlFault);
        diff.CompareObjects("", left.RootElement, right.RootElement, isTop: true);
        return diff._found;
    }

    private static bool IsOwnMember(string name) =>
        name == "ttl" || (name.StartsWith('_') && ComparisonRules.IsSystemName(Encoding.UTF8.GetBytes(name)));

    private void Compare(string path, JsonElement expected, JsonElement actual)
    {
        if (_found.Count >= _most) return;
        if (expected.ValueKind != actual.ValueKind)
        {
            Add(path, expected, actual);
            return;
        }
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                CompareObjects(path, expected, actual, isTop: false);
                break;
            case JsonValueKind.Array:
                CompareArrays(path, expected, actual);
                break;
            case JsonValueKind.Number:
                if (expected.GetDouble() != actual.GetDouble()) Add(path, expected, actual);
                break;
            case JsonValueKind.String:
                if (!expected.ValueEquals(actual.GetString())) Add(path, expected, actual);
                break;
        }
    }

    private void CompareObjects(string path, JsonElement expected, JsonElement actual, bool isTop)
    {
        foreach (JsonProperty member in expected.EnumerateObject())
        {
            if (isTop && IsOwnMember(member.Name)) continue;
            string at = Below(path, member.Name);
            if (actual.TryGetProperty(member.Name, out JsonElement other)) Compare(at, member.Value, other);
            else Add(at, member.Value, null);
        }
        foreach (JsonProperty member in actual.EnumerateObject())
        {
            if (isTop && IsOwnMember(member.Name)) continue;
            if (!expected.TryGetProperty(member.Name, out _)) Add(Below(path, member.Name), null, member.Value);
        }
    }

    private void CompareArrays(string path, JsonElement expected, JsonElement actual)
    {
        int left = expected.GetArrayLength(), right = actual.GetArrayLength();
        for (int i = 0; i < Math.Max(left, right) && _found.Count < _most; i++)
        {
            string at = $"{path}/{i}";
            if (i >= left) Add(at, null, actual[i]);
            else if (i >= right) Add(at, expected[i], null);
            else Compare(at, expected[i], actual[i]);
        }
    }

    private void Add(string path, JsonElement? expected, JsonElement? actual)
    {
        if (_found.Count < _most) _found.Add(new(path, Shown(expected), Shown(actual)));
    }

    private static string? Shown(JsonElement? value)
    {
        string? text = value?.GetRawText();
        return text?.Length > LongestText ? text[..LongestText] + "…" : text;
    }

    private static string Below(string path, string name) => $"{path}/{name.Replace("~", "~0").Replace("/", "~1")}";
}
