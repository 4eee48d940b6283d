using System.Globalization;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Items.Mappings;

/// <summary>A first mapping, to be reviewed: what holds without it, what a sample suggests, and remarks on what was seen.</summary>
public static class MappingDraft
{
    private static readonly JsonSerializerOptions s_text =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="sample">What was seen.</param>
    /// <param name="source">Names what it is a sample of.</param>
    /// <param name="schema">Where the JSON Schema lies.</param>
    public static string ToJson(MappingSample sample, string source, Uri schema) => Write(sample, source, new(
        "//", "{", "}", "[", "]", ",", static word => $"\"{char.ToLowerInvariant(word[0])}{word[1..]}\": ", static text =>
            JsonSerializer.Serialize(text, s_text), "false"),
            $"    \"$schema\": {JsonSerializer.Serialize(schema.AbsoluteUri, s_text)},\n");

    /// <summary>The same as a PSD1 file.</summary>
    public static string ToData(MappingSample sample, string source) => Write(sample, source, new(
        "#", "@{", "}", "@(", ")", "", static word =>
            $"{word} = ", static text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'", "$false"), "");

    private static string Write(MappingSample sample, string source, Form form, string first)
    {
        StringBuilder text = new();
        text.Append(form.Open).Append('\n').Append(first);
        string keys =
            sample.Keys.SortKey is null ? sample.Keys.PartitionKey.Name : $"{sample.Keys.PartitionKey.Name} and {sample.Keys.SortKey.Name}";
        form.Remark(text, $"A first mapping of {source}, keyed by {keys}; " +
            $"{(sample.Count == 0 ? "no items were looked at" : string.Create(CultureInfo.InvariantCulture, $"made from {sample.Count:N0} items"))}.");
        form.Remark(text, $"{Remedy.ExplainMapping} tells what each word does.");
        foreach ((string name, AttributeSample attribute) in sample.Attributes)
        {
            form.Remark(text, $"{Plain(name)}: {attribute.Kinds}, in {attribute.Count * 100 / sample.Count} % of the " +
                $"items{(attribute.HoldsJson ? "; always JSON, so it could be unpacked" : "")}");
        }
        string[] json = [.. sample.Attributes.Where(attribute => attribute.Value.HoldsJson).Select(attribute => Path(attribute.Key))];
        if (json.Length > 0) form.Remark(text, form.Word("UnpackJsonAttribute") + form.List(json) + form.Comma);
        text.Append('\n');
        form.Line(text, 1, "NumberMode", form.Text("Exact"));
        form.Line(text, 1, "IdFrom", form.Text("Keys"));
        form.Line(text, 1, "Hierarchical", form.False);
        form.Line(text, 1, "ExpiredItem", form.Text("Skip"), isLast: sample.Kinds.Count == 0);
        if (sample.Kinds.Count > 0) WriteRoutes(text, sample, form);
        return text.Append(form.Close).Append('\n').ToString();
    }

    private static void WriteRoutes(StringBuilder text, MappingSample sample, Form form)
    {
        text.Append('\n');
        form.Remark(text, "The keys tell several kinds of items. Name the containers as you like; kinds may share one. Without routes, " +
            $"all go to {Setting.ContainerName}.");
        text.Append("    ").Append(form.Word("Route")).Append(form.OpenList).Append('\n');
        for (int i = 0; i < sample.Kinds.Count; i++)
        {
            (ItemKind kind, int count) = sample.Kinds[i];
            text.Append("        ").Append(form.Open).Append('\n');
            text.Append("            ").Append(form.Comment).Append(CultureInfo.InvariantCulture, $" {count:N0} of the items\n");
            form.Line(text, 3, "Container", form.Text(kind.Name));
            form.Line(text, 3, "Where", form.Text(kind.Where!), isLast: true);
            text.Append("        ").Append(form.Close).Append(i < sample.Kinds.Count - 1 ? form.Comma : "").Append('\n');
        }
        text.Append("    ").Append(form.CloseList).Append('\n');
    }

    // A remark must stay one line, whatever an attribute is called.
    private static string Plain(string name) =>
        string.Concat(name.Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));

    private static string Path(string name) =>
        name.IndexOfAny(['.', '"', '*', '?', '[', ']']) < 0
            ? name : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>How JSON and PSD1 write the same.</summary>
    private sealed record Form(string Comment, string Open, string Close, string OpenList, string CloseList, string Comma,
        Func<string, string> Word, Func<string, string> Text, string False)
    {
        internal void Remark(StringBuilder text, string remark) =>
            text.Append("    ").Append(Comment).Append(' ').Append(HostWords.Fill(remark)).Append('\n');

        internal void Line(StringBuilder text, int depth, string word, string value, bool isLast = false) =>
            text.Append(' ', 4 * depth).Append(Word(word)).Append(value).Append(isLast ? "" : Comma).Append('\n');

        internal string List(IEnumerable<string> texts) => OpenList + string.Join(", ", texts.Select(Text)) + CloseList;
    }
}
