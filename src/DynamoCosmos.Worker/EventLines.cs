using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DynamoCosmos.Worker;

/// <summary>What the worker tells while it runs: one JSON object a line, on standard error.</summary>
internal sealed class EventLines(TextWriter output, bool isVerbose) : IRunMessages
{
    private readonly object _gate = new();

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public ValueTask VerboseAsync(string text, CancellationToken cancellationToken) =>
        isVerbose ? WriteAsync("verbose", new { Message = HostWords.Fill(text) }) : ValueTask.CompletedTask;

    public ValueTask WarningAsync(string text, CancellationToken cancellationToken) =>
        WriteAsync("warning", new { Message = HostWords.Fill(text) });

    /// <param name="type">What kind of line it is: progress, warning, verbose, difference or error.</param>
    internal ValueTask WriteAsync<T>(string type, T value)
    {
        JsonObject line = new() { ["type"] = type, ["at"] = DateTimeOffset.UtcNow };
        foreach ((string name, JsonNode? node) in JsonSerializer.SerializeToNode(value, Json)!.AsObject()) line[name] = node?.DeepClone();
        lock (_gate)
        {
            output.WriteLine(line.ToJsonString(Json));
            output.Flush();
        }
        return ValueTask.CompletedTask;
    }
}
