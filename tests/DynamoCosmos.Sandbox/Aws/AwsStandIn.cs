using System.Collections.Concurrent;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sandbox.Aws.S3;
using DynamoCosmos.Sandbox.Aws.Signing;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>
/// DynamoDB and S3 of one region on one loopback listener: requests with X-Amz-Target are DynamoDB's, all others S3's (path style).
/// Whatever it answers, it answers as strictly as AWS; what it cannot do it refuses. Its state lies open to the tests that own it.
/// </summary>
public sealed class AwsStandIn : IAsyncDisposable
{
    private const int MaxLogEntries = 200_000;

    private readonly SignatureCheck _signatures;
    private readonly BodyCheck _bodies;
    private readonly S3Operations _s3Operations;
    private readonly DynamoOperations _dynamoOperations;
    private readonly ConcurrentQueue<AwsRequestEntry> _requests = new();
    private LoopbackServer? _server;

    private AwsStandIn(AwsStandInOptions options)
    {
        Options = options;
        _signatures = new(options);
        _bodies = new(_signatures);
        S3 = new(options);
        Dynamo = new(options, S3);
        _s3Operations = new(S3);
        _dynamoOperations = new(Dynamo);
    }

    public AwsStandInOptions Options { get; }

    public Uri Endpoint => _server!.Endpoint;

    public S3StandIn S3 { get; }

    public DynamoStandIn Dynamo { get; }

    /// <summary>What goes wrong from now on. The first fault that strikes a request is its fault.</summary>
    public ConcurrentQueue<AwsFault> Faults { get; } = new();

    /// <summary>The latest requests, oldest first.</summary>
    public IReadOnlyCollection<AwsRequestEntry> Requests => _requests;

    public static async Task<AwsStandIn> StartAsync(AwsStandInOptions? options = null)
    {
        AwsStandIn standIn = new(options ?? new());
        standIn._server = await LoopbackServer.StartAsync(standIn.AnswerAsync, standIn.Options.Port, standIn.Options.Certificate);
        return standIn;
    }

    public AwsFault Add(AwsFault fault)
    {
        Faults.Enqueue(fault);
        return fault;
    }

    public void ClearRequests() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        AwsCall call = new(context);
        string id = Guid.NewGuid().ToString("N")[..16].ToUpperInvariant();
        call.Response.Headers[call.IsDynamo ? "x-amzn-RequestId" : "x-amz-request-id"] = id;
        AwsFault? fault = Faults.FirstOrDefault(candidate => candidate.Strikes(call));
        int status = 0;
        try
        {
            if (fault is not null) await PrepareAsync(call, fault);
            await AnswerAsync(call);
            if (fault?.Kind == AwsFaultKind.ResetAfter) throw new FaultResetException();
            status = call.Response.StatusCode;
        }
        catch (AwsException error)
        {
            status = error.Status;
            // A client that sent its body must be let finish, or it sees a broken connection in place of the answer.
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await AwsErrorBody.WriteAsync(call, error, id);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or FaultResetException)
        {
            context.Abort();
        }
        finally
        {
            _requests.Enqueue(new(call.Service, call.Operation, context.Request.Method, call.RawPath, call.Header("Range"), status));
            if (_requests.Count > MaxLogEntries) _requests.TryDequeue(out _);
        }
    }

    private static async Task PrepareAsync(AwsCall call, AwsFault fault)
    {
        switch (fault.Kind)
        {
            case AwsFaultKind.Error:
                throw new AwsException(fault.Status, fault.Code, fault.Message);
            case AwsFaultKind.ResetBefore:
                throw new FaultResetException();
            case AwsFaultKind.Slow:
                await Task.Delay(fault.Delay, call.Context.RequestAborted);
                break;
            case AwsFaultKind.ResetAfter:
                call.Response.Body = Stream.Null;
                break;
            default:
                call.Response.Body = new FaultyBody(call.Context, call.Response.Body, fault);
                break;
        }
    }

    private async Task AnswerAsync(AwsCall call)
    {
        try
        {
            await _bodies.ReadAsync(call);
        }
        catch (AwsException error) when (error.Code == "BadDigest" && !Allows(call))
        {
            // The right is asked for before the body is looked at.
            throw AccessDenied(call);
        }
        if (!Allows(call)) throw AccessDenied(call);
        await Dynamo.SettleExportsAsync();
        await (call.IsDynamo ? _dynamoOperations.AnswerAsync(call) : _s3Operations.AnswerAsync(call));
    }

    private bool Allows(AwsCall call)
    {
        string? prefix = call.Operation == "ListObjectsV2" ? call.Query.GetValueOrDefault("prefix", "") : null;
        return call.Credential.Allows(call.Action, ResourceOf(call), prefix);
    }

    private string ResourceOf(AwsCall call) => call.IsDynamo
        ? $"arn:aws:dynamodb:{Options.Region}:{Options.AccountId}:{Dynamo.ResourceOf(call.Body)}"
        : $"arn:aws:s3:::{call.Bucket}" + (call.Key.Length > 0 ? "/" + call.Key : "");

    private AwsException AccessDenied(AwsCall call)
    {
        string resource = ResourceOf(call);
        string message = $"User: arn:aws:iam::{Options.AccountId}:user/{call.Credential.UserName} is not authorized to perform: " +
            $"{call.Action} on resource: " +
            $"{(call.IsDynamo ? resource : $"\"{resource}\"")} because no identity-based policy allows the {call.Action} action";
        return call.IsDynamo ? new(400, "com.amazon.coral.service#AccessDeniedException", message) : new(403, "AccessDenied", message);
    }

    private sealed class FaultResetException : Exception;
}
