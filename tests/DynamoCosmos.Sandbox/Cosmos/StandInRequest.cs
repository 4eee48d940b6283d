using System.Buffers;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>A request with its path taken apart and its body read into a rented buffer.</summary>
internal sealed class StandInRequest(HttpContext context, DateTimeOffset now) : IDisposable
{
    private byte[] _buffer = [];
    private int _length;

    internal HttpContext Context => context;

    internal DateTimeOffset Now => now;

    internal string Method => context.Request.Method;

    /// <summary>Without the leading slash, unescaped, as it is signed.</summary>
    internal string Path { get; } = context.Request.Path.Value!.Trim('/');

    internal string[] Parts { get; } = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);

    internal CosmosRequestKind Kind { get; private set; }

    internal ReadOnlySpan<byte> Body => _buffer.AsSpan(0, _length);

    internal string? Header(string name) =>
        context.Request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) ? value.ToString() : null;

    internal bool IsTrue(string name) => string.Equals(Header(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Decides the kind from path and headers; null when the stand-in knows no such request.</summary>
    internal CosmosRequestKind? Classify()
    {
        CosmosRequestKind? kind = (Method, Parts) switch
        {
            ("GET", []) => CosmosRequestKind.Account,
            ("GET" or "POST", ["dbs"]) or ("GET" or "DELETE", ["dbs", _]) => CosmosRequestKind.Database,
            ("GET" or "POST", ["dbs", _, "colls"]) or ("GET" or "PUT" or "DELETE", ["dbs", _, "colls", _]) => CosmosRequestKind.Container,
            ("GET", ["dbs", _, "colls", _, "pkranges"]) => CosmosRequestKind.Ranges,
            ("POST", ["offers"]) or ("GET" or "PUT", ["offers", _]) => CosmosRequestKind.Offer,
            ("GET", ["dbs", _, "colls", _, "docs"]) => CosmosRequestKind.ChangeFeed,
            ("GET" or "PUT" or "DELETE", ["dbs", _, "colls", _, "docs", _]) => CosmosRequestKind.Point,
            ("POST", ["dbs", _, "colls", _, "docs"]) => IsTrue("x-ms-cosmos-is-batch-request") ? CosmosRequestKind.Batch
                : IsTrue("x-ms-cosmos-is-query-plan-request") ? CosmosRequestKind.QueryPlan
                : IsTrue("x-ms-documentdb-isquery") || IsTrue("x-ms-documentdb-query") ? CosmosRequestKind.Query
                : CosmosRequestKind.Point,
            _ => null,
        };
        Kind = kind ?? default;
        return kind;
    }

    internal async Task ReadBodyAsync()
    {
        if (context.Request.ContentLength is 0 || Method is "GET" or "DELETE") return;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(context.Request.ContentLength ?? 64 * 1024, 4 * 1024 * 1024));
        while (true)
        {
            if (_length == _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
            int read = await context.Request.Body.ReadAsync(_buffer.AsMemory(_length), context.RequestAborted);
            if (read == 0) return;
            _length += read;
        }
    }

    internal JsonObject BodyAsObject()
    {
        try
        {
            if (JsonNode.Parse(Body) is JsonObject body) return body;
        }
        catch (System.Text.Json.JsonException broken)
        {
            throw new RefusedException(StandInRefusal.BadRequest("The request body is not valid JSON: " + broken.Message));
        }
        throw new RefusedException(StandInRefusal.BadRequest("The request body is not a JSON object."));
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }
}
