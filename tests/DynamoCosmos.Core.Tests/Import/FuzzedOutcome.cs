using System.Text;
using System.Text.Json;
using DynamoCosmos.Core.Tests.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>What must come of an export, by the reference.</summary>
internal sealed class FuzzedOutcome
{
    private readonly Dictionary<string, string> _documents = [];

    internal FuzzedOutcome(FuzzedExport export, ReferenceConverter reference, long now)
    {
        HashSet<string> keys = [];
        foreach ((string file, long number, byte[] line) in export.Lines)
        {
            // A line that is too long to be read whole is too large, whatever else may be said of it.
            ReferenceResult result = line.Length > FuzzedExport.LongestLine
                ? new(ConversionOutcome.Rejected, RejectionReason.ItemTooLarge) : reference.Convert(line, now);
            switch (result.Outcome)
            {
                case ConversionOutcome.Document:
                    Written++;
                    string key = $"{result.PartitionKey} {result.Id}";
                    keys.Add(key);
                    _documents[AsStored(result.Document)] = key;
                    break;
                case ConversionOutcome.Expired:
                    Expired++;
                    break;
                case ConversionOutcome.Rejected:
                    Rejected.Add((file, number), (result.Reason, line));
                    break;
                default:
                    throw new InvalidOperationException($"The generator made a change: {Encoding.UTF8.GetString(line)}");
            }
        }
        Keys = keys.Count;
    }

    /// <summary>
    /// What the service keeps of a document: its numbers are doubles, and how they and its strings were written is forgotten. Their order
    /// is not.
    /// </summary>
    internal static string AsStored(string document)
    {
        using JsonDocument parsed = JsonDocument.Parse(document, new() { MaxDepth = 128 });
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text)) Write(parsed.RootElement, writer);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>
    /// Each document that may stand in the container, <see cref="AsStored"/>, and its id and partition key. Of lines with the same ones the
    /// last to be written stays.
    /// </summary>
    internal IReadOnlyDictionary<string, string> Documents => _documents;

    /// <summary>Documents that must stand there in the end.</summary>
    internal int Keys { get; }

    internal long Written { get; }

    internal long Expired { get; }

    internal Dictionary<(string DataFile, long Line), (RejectionReason Reason, byte[] Line)> Rejected { get; } = [];

    private static void Write(JsonElement value, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement element in value.EnumerateArray()) Write(element, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteNumberValue(value.GetDouble());
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
