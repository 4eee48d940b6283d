using DynamoCosmos.Sandbox.Aws.S3;
using DynamoCosmos.Sandbox.Aws.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>One request on its way through the stand-in.</summary>
internal sealed class AwsCall
{
    private const string TargetPrefix = "DynamoDB_20120810.";

    internal AwsCall(HttpContext context)
    {
        Context = context;
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        int question = target.IndexOf('?');
        RawPath = question < 0 ? target : target[..question];
        RawQuery = question < 0 ? "" : target[(question + 1)..];
        foreach ((string name, string value) in SignatureV4.ParseQuery(RawQuery)) Query[name] = value;

        string operation = Request.Headers["x-amz-target"].ToString();
        IsDynamo = operation.Length > 0;
        if (IsDynamo)
        {
            Operation = operation.StartsWith(TargetPrefix, StringComparison.Ordinal) ? operation[TargetPrefix.Length..] : "";
            Action = "dynamodb:" + Operation;
            return;
        }
        string path = Uri.UnescapeDataString(RawPath.TrimStart('/'));
        int slash = path.IndexOf('/');
        Bucket = slash < 0 ? path : path[..slash];
        Key = slash < 0 ? "" : path[(slash + 1)..];
        (Operation, Action) = S3Route.Resolve(this);
    }

    internal HttpContext Context { get; }

    internal HttpRequest Request => Context.Request;

    internal HttpResponse Response => Context.Response;

    /// <summary>As it came, before anything was decoded: signatures are made over it.</summary>
    internal string RawPath { get; }

    internal string RawQuery { get; }

    internal Dictionary<string, string> Query { get; } = new(StringComparer.Ordinal);

    internal bool IsDynamo { get; }

    internal string Service => IsDynamo ? "dynamodb" : "s3";

    /// <summary>Such as <c>GetObject</c> or <c>Scan</c>; empty for one that nobody knows.</summary>
    internal string Operation { get; } = "";

    /// <summary>The IAM action that it needs.</summary>
    internal string Action { get; } = "";

    internal string Bucket { get; } = "";

    internal string Key { get; } = "";

    /// <summary>Decoded and proved.</summary>
    internal byte[] Body { get; set; } = [];

    /// <summary>Headers that came as trailers of the body count as headers.</summary>
    internal Dictionary<string, string> Trailers { get; set; } = [];

    internal SignedIdentity? Identity { get; set; }

    internal AwsCredential Credential => Identity!.Credential;

    internal string? Header(string name) =>
        Request.Headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value)
            ? value.ToString() : Trailers.GetValueOrDefault(name);

    internal async Task<byte[]> ReadBodyAsync()
    {
        using MemoryStream body = new((int)Math.Min(Request.ContentLength ?? 0, int.MaxValue));
        await Request.Body.CopyToAsync(body, Context.RequestAborted);
        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }
}
