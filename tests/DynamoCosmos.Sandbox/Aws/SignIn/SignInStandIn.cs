using System.Collections.Concurrent;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http.Features;

namespace DynamoCosmos.Sandbox.Aws.SignIn;

/// <summary>
/// The services by which AWS profiles sign in, on one loopback listener: the portal of AWS SSO (GetRoleCredentials), SSO-OIDC (CreateToken,
/// to refresh a token) and STS (AssumeRole). It refuses what else it is asked for.
/// </summary>
public sealed class SignInStandIn : IAsyncDisposable
{
    private readonly SsoPortal _portal;
    private readonly SsoTokens _tokens;
    private readonly StsOperations _sts;
    private readonly ConcurrentQueue<string> _operations = new();
    private LoopbackServer? _server;

    private SignInStandIn(SignInOptions options)
    {
        _tokens = new(options);
        _portal = new(options, _tokens);
        _sts = new(options);
    }

    public Uri Endpoint => _server!.Endpoint;

    /// <summary>The operations that were asked for, oldest first, each with the status of its answer: <c>AssumeRole 200</c>.</summary>
    public IReadOnlyCollection<string> Operations => _operations;

    public static async Task<SignInStandIn> StartAsync(SignInOptions options)
    {
        SignInStandIn standIn = new(options);
        standIn._server = await LoopbackServer.StartAsync(standIn.AnswerAsync);
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        int question = target.IndexOf('?');
        (string path, string query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        using MemoryStream content = new();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        byte[] body = content.ToArray();
        string name = "Unknown";
        try
        {
            switch (context.Request.Method, path)
            {
                case ("GET", "/federation/credentials"):
                    name = "GetRoleCredentials";
                    await WriteAsync(context, _portal.GetRoleCredentials(context.Request, query));
                    break;
                case ("POST", "/token"):
                    name = "CreateToken";
                    await WriteAsync(context, _tokens.Create(context.Request, body));
                    break;
                case ("POST", "/"):
                    name = "AssumeRole";
                    await WriteAsync(context, _sts.AssumeRole(context.Request, path, query, body));
                    break;
                default:
                    throw AwsException.NotSupported($"{context.Request.Method} {path}");
            }
        }
        catch (AwsException error)
        {
            context.Response.StatusCode = error.Status;
            if (path == "/") await WriteAsync(context, StsOperations.Error(error));
            else await WriteAsync(context, error);
        }
        finally
        {
            _operations.Enqueue($"{name} {context.Response.StatusCode}");
        }
    }

    private static async Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer), context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, XElement answer)
    {
        context.Response.ContentType = "text/xml";
        await context.Response.WriteAsync(answer.ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, AwsException error)
    {
        context.Response.Headers["x-amzn-ErrorType"] = error.Code;
        object body = error.Details.Count > 0 ? error.Details : new Dictionary<string, string> { ["message"] = error.Message };
        return WriteAsync(context, body);
    }
}
