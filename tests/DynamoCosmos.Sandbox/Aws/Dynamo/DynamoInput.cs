using System.Runtime.InteropServices;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>
/// A request's JSON. Members that the stand-in does not handle are refused: ignoring one would be an answer to another question.
/// </summary>
internal readonly struct DynamoInput(JsonElement root)
{
    internal JsonElement Root { get; } = root;

    internal static DynamoInput Parse(byte[] body, params ReadOnlySpan<string> handled)
    {
        JsonElement root;
        try
        {
            using JsonDocument document =
                JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000, AllowDuplicateProperties = false });
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw Serialization();
        }
        if (root.ValueKind != JsonValueKind.Object) throw Serialization();
        foreach (JsonProperty member in root.EnumerateObject())
            if (!handled.Contains(
                member.Name)) throw AwsException.Validation($"The stand-in does not know the parameter {member.Name} of this operation.");
        return new(root);
    }

    internal string Text(string name) => OptionalText(name) ?? throw AwsException.Validation(
        $"1 validation error detected: Value null at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy constraint: Member " +
            "must not be null");

    internal string? OptionalText(string name) =>
        Member(name) is not JsonElement value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Serialization();

    internal int? Number(string name) =>
        Member(name) is not JsonElement value ? null : value.TryGetInt32(out int number) ? number : throw Serialization();

    internal bool Flag(string name) => Member(name)?.ValueKind == JsonValueKind.True;

    internal DateTimeOffset? Time(string name) =>
        Member(name) is JsonElement value ? DateTimeOffset.UnixEpoch.AddTicks((long)(value.GetDecimal() * TimeSpan.TicksPerSecond)) : null;

    internal DynamoInput? Inner(string name) => Member(name) is JsonElement value ? new(value) : null;

    internal JsonElement? Member(string name) =>
        Root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The UTF-8 text of a member as it came.</summary>
    internal ReadOnlySpan<byte> Raw(string name) =>
        JsonMarshal.GetRawUtf8Value(Member(name) ?? throw AwsException.Validation($"1 validation error detected: Value null at '{name}' " +
            "failed to satisfy constraint: Member must not be null"));

    private static AwsException Serialization() =>
        new(400, "com.amazon.coral.service#SerializationException", "The request is not what this operation takes.");
}
