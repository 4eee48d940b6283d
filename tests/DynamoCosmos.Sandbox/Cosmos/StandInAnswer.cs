using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>An answer before it goes on the wire.</summary>
internal sealed class StandInAnswer
{
    internal int Status { get; init; } = 200;

    internal int SubStatus { get; init; }

    internal ReadOnlyMemory<byte> Body { get; init; }

    internal double Charge { get; init; } = 1;

    internal string? ETag { get; init; }

    internal string? Continuation { get; init; }

    internal string? Session { get; init; }

    internal int? ItemCount { get; init; }

    internal TimeSpan RetryAfter { get; init; }

    internal int Operations { get; init; }

    internal (string Name, string Value)[] Extra { get; init; } = [];

    /// <summary>Without the service's headers.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>Called once the body has been sent.</summary>
    internal Action? Sent { get; init; }

    internal static StandInAnswer Of(JsonNode body, int status = 200, double charge = 1, string? etag = null) =>
        new() { Status = status, Body = Encoding.UTF8.GetBytes(body.ToJsonString()), Charge = charge, ETag = etag };

    internal static StandInAnswer Of(StandInRefusal refusal, double charge = 0) => new()
    {
        Status = refusal.Status,
        SubStatus = refusal.SubStatus,
        RetryAfter = refusal.RetryAfter,
        Charge = charge,
        Body = Encoding.UTF8.GetBytes(new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message }.ToJsonString()),
    };

    internal static StandInAnswer Of(CosmosFault fault) => fault switch
    {
        { IsEmpty: true } => new(),
        { IsForeign: true } =>
            new()
            {
                Status = fault.Status,
                IsForeign = true,
                Body = "<html><body>The proxy does not let this pass.</body></html>"u8.ToArray()
            },
        _ => Of(StandInRefusal.Of(fault)),
    };

    internal async Task SendAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        if (!IsForeign) WriteHeaders(response.Headers);
        if (Status is not (204 or 304))
        {
            response.ContentType = IsForeign ? "text/html" : "application/json";
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, context.RequestAborted);
        }
        Sent?.Invoke();
    }

    private void WriteHeaders(IHeaderDictionary headers)
    {
        headers["x-ms-request-charge"] = Charge.ToString("0.##", CultureInfo.InvariantCulture);
        headers["x-ms-activity-id"] = Guid.NewGuid().ToString();
        headers["x-ms-serviceversion"] = "version=2.14.0.0";
        if (SubStatus != 0) headers["x-ms-substatus"] = SubStatus.ToString(CultureInfo.InvariantCulture);
        if (ETag is not null) headers.ETag = ETag;
        if (Continuation is not null) headers["x-ms-continuation"] = Continuation;
        if (Session is not null) headers["x-ms-session-token"] = Session;
        if (ItemCount is int count) headers["x-ms-item-count"] = count.ToString(CultureInfo.InvariantCulture);
        if (RetryAfter > TimeSpan.Zero) headers["x-ms-retry-after-ms"] =
            ((long)Math.Ceiling(RetryAfter.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in Extra) headers[name] = value;
    }
}
