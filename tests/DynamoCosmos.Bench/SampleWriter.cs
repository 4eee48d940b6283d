using System.Globalization;
using System.Text;

namespace DynamoCosmos.Bench;

/// <summary>
/// Writes the same items in typed JSON and in Ion, compact as AWS does. Names are identifiers, and no text needs an escape.
/// </summary>
internal sealed class SampleWriter
{
    private readonly StringBuilder _json = new(), _ion = new();
    private bool _isFirst;

    internal byte[] Json => Encoding.UTF8.GetBytes(_json.ToString());

    internal byte[] Ion => Encoding.UTF8.GetBytes(_ion.ToString());

    /// <summary>Forgets what was written so far.</summary>
    internal void Clear()
    {
        _json.Clear();
        _ion.Clear();
    }

    internal void Begin()
    {
        Append("{\"Item\":{", "$ion_1_0 {Item:{");
        _isFirst = true;
    }

    internal void End() => Append("}}\n", "}}\n");

    internal SampleWriter Text(string name, string text) => Member(name, $"{{\"S\":\"{text}\"}}", $"\"{text}\"");

    internal SampleWriter Number(string name, decimal number)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        return Member(name, $"{{\"N\":\"{text}\"}}", text.Contains('.', StringComparison.Ordinal) ? text : text + ".");
    }

    internal SampleWriter Flag(string name, bool flag) =>
        Member(name, $"{{\"BOOL\":{(flag ? "true" : "false")}}}", flag ? "true" : "false");

    internal SampleWriter Null(string name) => Member(name, "{\"NULL\":true}", "null");

    internal SampleWriter Set(string name, params string[] texts)
    {
        string elements = $"[{string.Join(',', texts.Select(text => $"\"{text}\""))}]";
        return Member(name, $"{{\"SS\":{elements}}}", $"$dynamodb_SS::{elements}");
    }

    internal SampleWriter BeginMap(string? name) => Nest(name, "{\"M\":{", "{");

    internal SampleWriter EndMap() => Unnest("}}", "}");

    internal SampleWriter BeginList(string name) => Nest(name, "{\"L\":[", "[");

    internal SampleWriter EndList() => Unnest("]}", "]");

    private SampleWriter Member(string? name, string json, string ion)
    {
        if (!_isFirst) Append(",", ",");
        _isFirst = false;
        if (name is not null) Append($"\"{name}\":", $"{name}:");
        Append(json, ion);
        return this;
    }

    private SampleWriter Nest(string? name, string json, string ion)
    {
        Member(name, json, ion);
        _isFirst = true;
        return this;
    }

    private SampleWriter Unnest(string json, string ion)
    {
        Append(json, ion);
        _isFirst = false;
        return this;
    }

    private void Append(string json, string ion)
    {
        _json.Append(json);
        _ion.Append(ion);
    }
}
