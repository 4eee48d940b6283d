using System.Text;
using System.Text.Json;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

/// <summary>
/// A row of a case file. <c>conversion-cases.json</c> is the sample that the rules came with, <c>more-cases.json</c> has the same form and
/// more.
/// </summary>
public sealed record ConversionCase(string Name, KeyMap Keys, ConversionOptions Options, byte[] Line, ConversionOutcome Outcome, string? Id,
    JsonElement? Document, string? DocumentText, string? Rejected, ItemFormat Format)
{
    /// <summary>The clock of the cases: 2026-01-01T00:00:00Z.</summary>
    public const long Now = 1767225600;

    private static readonly JsonSerializerOptions s_json =
        new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    public static IReadOnlyDictionary<string, ConversionCase> All { get; } =
        Read("conversion-cases.json").Concat(Read("more-cases.json")).Concat(Read("ion-cases.json")).ToDictionary(c => c.Name);

    private static IEnumerable<ConversionCase> Read(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Items", file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.EnumerateArray().Select(e => Read(e.Clone()))];
    }

    private static ConversionCase Read(JsonElement row)
    {
        JsonElement table = row.GetProperty("table");
        ConversionOptions options = row.TryGetProperty("options", out JsonElement given)
            ? JsonSerializer.Deserialize<ConversionOptions>(given.GetRawText(), s_json)! : new();
        string? rejected = Text(row, "rejected");
        bool isExpired = row.TryGetProperty("expired", out JsonElement expired) && expired.GetBoolean();
        bool isDelete = row.TryGetProperty("delete", out JsonElement delete) && delete.GetBoolean();
        return new(
            row.GetProperty("name").GetString()!,
            new(Key(table, "pk")!, Key(table, "sk"), table.TryGetProperty("ttl", out JsonElement ttl) ? ttl.GetString() : null),
            options,
            row.TryGetProperty("lineBase64", out JsonElement bytes)
                ? bytes.GetBytesFromBase64() : Encoding.UTF8.GetBytes(row.GetProperty("line").GetString()!),
            rejected is not null
                ? ConversionOutcome.Rejected : isExpired
                ? ConversionOutcome.Expired : isDelete ? ConversionOutcome.Delete : ConversionOutcome.Document,
            Text(row, "id"),
            row.TryGetProperty("doc", out JsonElement doc) ? doc : null,
            Text(row, "docText"),
            rejected,
            Text(row, "format") is string format ? Enum.Parse<ItemFormat>(format) : ItemFormat.DynamoDBJson);
    }

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static KeyAttribute? Key(JsonElement table, string name) =>
        table.TryGetProperty(name, out JsonElement key) ? new(key[0].GetString()!, Enum.Parse<KeyType>(key[1].GetString()!)) : null;
}
