namespace DynamoCosmos.Sandbox.Faults;

/// <summary>One thing that goes wrong with a request. Several can: a slow answer that is then cut.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>The request waits before it goes on.</summary>
    public sealed record Delay(TimeSpan Time) : Fault;

    /// <summary>The connection is reset; the service never heard of the request.</summary>
    public sealed record ResetBefore : Fault;

    /// <summary>The service acts and answers, and the connection is reset instead of its answer: the client cannot know.</summary>
    public sealed record ResetAfter : Fault;

    /// <summary>This is the answer; the service never heard of the request.</summary>
    public sealed record Answer(ServiceAnswer With) : Fault;

    /// <summary>The service acts, and then this is the answer.</summary>
    public sealed record AnswerAfter(ServiceAnswer With) : Fault;

    /// <summary>The answer's body ends after so many bytes (or in its middle, if it has fewer), and the connection with it.</summary>
    public sealed record Truncate(long AfterBytes) : Fault;

    /// <summary>One bit of the answer's body is another; counted from its beginning, and round again if the body is shorter.</summary>
    public sealed record Flip(long AtByte) : Fault;

    /// <summary>The answer's body trickles.</summary>
    public sealed record Slow(int BytesPerSecond) : Fault;

    /// <summary>The answer's Date header is off by this much.</summary>
    public sealed record SkewDate(TimeSpan By) : Fault;

    /// <summary>What it is called in the log.</summary>
    public string Name => GetType().Name;
}

/// <summary>An answer that the proxy gives in place of the service.</summary>
public sealed record ServiceAnswer(int Status, string Body, string ContentType, params (string Name, string Value)[] Headers)
{
    /// <summary>As Cosmos DB says it.</summary>
    public static ServiceAnswer Cosmos(int status, int subStatus = 0, TimeSpan? retryAfter = null) => new(
        status, $$"""{"code":"{{status}}","message":"Injected."}""", "application/json",
        [
            ("x-ms-substatus", $"{subStatus}"), ("x-ms-request-charge", "0"), ("x-ms-activity-id", Guid.NewGuid().ToString()),
            .. retryAfter is TimeSpan wait ? [("x-ms-retry-after-ms", $"{(long)wait.TotalMilliseconds}")] : Array.Empty<(string, string)>(),
        ]);

    /// <summary>As Blob storage says it, such as 503 ServerBusy or 500 InternalError.</summary>
    public static ServiceAnswer Blob(int status, string code) => new(
        status, $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Injected.</Message></Error>",
            "application/xml",
        ("x-ms-error-code", code), ("x-ms-request-id", Guid.NewGuid().ToString()), ("x-ms-version", "2025-07-05"));

    /// <summary>As S3 says it, such as 503 SlowDown or 500 InternalError.</summary>
    public static ServiceAnswer S3(int status, string code) => new(
        status, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>Injected.</Message></Error>",
            "application/xml", ("x-amz-request-id", "INJECTED"));

    /// <summary>As DynamoDB says it, such as 400 ProvisionedThroughputExceededException or 500 InternalServerError.</summary>
    public static ServiceAnswer Dynamo(int status, string type) => new(
        status, $$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{type}}","message":"Injected."}""", "application/x-amz-json-1.0",
            ("x-amzn-requestid", Guid.NewGuid().ToString()));
}
