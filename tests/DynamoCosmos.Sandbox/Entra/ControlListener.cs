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
internal sealed class ControlFault : Exception
{
    private readonly JsonObject _error;

    internal ControlFault(ControlAnswer answer) : base("The stand-in refuses.") => (Answer, _error) = (answer, []);

    private ControlFault(int status, string code, string message, bool isFlat, IReadOnlyList<(string Name, string Value)> headers)
        : base(message)
    {
        _error = new() { ["code"] = code, ["message"] = message };
        Answer = new(status, isFlat ? Error : new JsonObject { ["error"] = Error }, headers);
    }

    internal ControlAnswer Answer { get; }

    /// <summary>Code and message alone, as the state of an operation tells them.</summary>
    internal JsonNode Error => _error.DeepClone();

    /// <summary>The error shape of the resource manager and of Graph.</summary>
    internal static ControlFault Of(int status, string code, string message, params (string Name, string Value)[] headers) =>
        new(status, code, message, false, headers);

    /// <summary>The error shape of the resource provider Microsoft.DocumentDB: the same without "error" around it.</summary>
    internal static ControlFault OfCosmos(int status, string code, string message) => new(status, code, message, true, []);

    /// <summary>
    /// A refusal of the data plane, as the resource provider passes it on: the answer as JSON in the text of the message, with request
    /// statistics.
    /// </summary>
    internal static ControlFault OfCosmos(Cosmos.StandInRefusal refusal)
    {
        string activity = Guid.NewGuid().ToString();
        string errors = new JsonObject { ["Errors"] = new JsonArray(refusal.Message) }.ToJsonString();
        string said = $"Message: {errors}\r\nActivityId: {activity}, Request URI: /apps/sandbox/replicas/1p, RequestStats: \r\n" +
            "RequestStartTime: 2026-11-01T00:00:00.0000000Z, Number of regions attempted:1\r\n, SDK: Windows/10.0 " +
                "cosmos-netstandard-sdk/3.18.0";
        string answer = new JsonObject { ["code"] = refusal.Code, ["message"] = said }.ToJsonString();
        return OfCosmos(refusal.Status, refusal.Code,
            $"Message: {answer}, Request URI: /dbs, RequestStats: , SDK: Microsoft.Azure.Documents.Common/2.14.0");
    }
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
                ?? throw ControlFault.Of(400, "InvalidRequestContent",
                    "The request content was invalid and could not be deserialized: null.");
        }
        catch (JsonException broken)
        {
            throw ControlFault.Of(400, "InvalidRequestContent",
                $"The request content was invalid and could not be deserialized: {broken.Message}");
        }
    }

    internal static string? ReadBearer(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..] : null;

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
