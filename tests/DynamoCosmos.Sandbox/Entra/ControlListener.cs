using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>One answered request. The query and the headers are left out: they can hold secrets.</summary>
public sealed record ControlRequest(string Method, string Path, int Status)
{
    public bool IsWrite => Method is "PUT" or "PATCH" or "DELETE" or "POST";
}

/// <summary>An answer with a JSON body.</summary>
internal sealed record ControlAnswer(int Status, JsonNode? Body = null, IReadOnlyList<(string Name, string Value)>? Headers = null);

/// <summary>An error answer, thrown from wherever the fault is found.</summary>
internal sealed class ControlFault(ControlAnswer answer) : Exception("The stand-in refuses.")
{
    internal ControlAnswer Answer { get; } = answer;

    /// <summary>The error shape of the resource manager and of Graph.</summary>
    internal static ControlFault Of(int status, string code, string message, params (string Name, string Value)[] headers) =>
        new(new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }, headers));
}

/// <summary>An https listener for the control planes: JSON in and out, a log, and a hook that can answer first.</summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private readonly ConcurrentQueue<ControlRequest> _requests = new();
    private LoopbackServer? _server;

    internal Uri Endpoint => _server!.Endpoint;

    internal IReadOnlyList<ControlRequest> Requests => [.. _requests];

    /// <summary>Method and path in, an answer out that takes the place of the real one; null lets the request pass.</summary>
    internal Func<string, string, ControlAnswer?>? Intercept { get; set; }

    internal void Clear() => _requests.Clear();

    internal async Task StartAsync(Func<HttpContext, Task<ControlAnswer>> answer, X509Certificate2? certificate, int port)
    {
        _server = await LoopbackServer.StartAsync(async context =>
        {
            ControlAnswer result;
            try
            {
                result = Intercept?.Invoke(context.Request.Method, context.Request.Path.Value!) ?? await answer(context);
            }
            catch (ControlFault fault)
            {
                result = fault.Answer;
            }
            _requests.Enqueue(new(context.Request.Method, context.Request.Path.Value!, result.Status));
            await WriteAsync(context.Response, result);
        }, port, certificate);
    }

    internal static async Task<JsonObject> ReadBodyAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body, cancellationToken: context.RequestAborted)
                ?? throw ControlFault.Of(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: null.");
        }
        catch (JsonException broken)
        {
            throw ControlFault.Of(400, "InvalidRequestContent", $"The request content was invalid and could not be deserialized: {broken.Message}");
        }
    }

    internal static string? ReadBearer(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..] : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private static async Task WriteAsync(HttpResponse response, ControlAnswer answer)
    {
        response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers ?? []) response.Headers[name] = value;
        response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        if (answer.Body is null) return;
        response.ContentType = "application/json; charset=utf-8";
        await response.WriteAsync(answer.Body.ToJsonString());
    }
}
