using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Basics;

/// <summary>Takes what a service says out of what others wrapped it in.</summary>
internal static class ServiceText
{
    private const string Label = "Message: ";

    /// <summary>
    /// Finds the innermost sentence. Cosmos DB's resource provider passes its data plane's answer on as JSON within its own text:
    /// <c>Message: {"code":"BadRequest","message":"Message: {\"Errors\":[…]} ActivityId: …"}, Request URI: …</c>.
    /// </summary>
    internal static string Unwrap(string message)
    {
        string text = message;
        while (Inner(text) is { } inner) text = inner;
        return text;
    }

    private static string? Inner(string text)
    {
        string json = text.StartsWith(Label, StringComparison.Ordinal) ? text[Label.Length..] : text;
        if (!json.StartsWith('{')) return null;
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document)) return null;
            using (document)
            {
                JsonElement root = document.RootElement;
                if (root.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind == JsonValueKind.String)
                    return message.GetString();
                return root.TryGetProperty("Errors"u8, out JsonElement errors) && errors.ValueKind == JsonValueKind.Array
                    ? string.Join(' ', errors.EnumerateArray().Select(static error => error.ToString()))
                    : null;
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
