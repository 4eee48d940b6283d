namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// A Cosmos DB account for NoSQL on the loopback, speaking the gateway's protocol to the real SDK. It is meant to be stricter than the
/// service, never kinder; where it falls short of it is listed in the Sandbox's README.
/// </summary>
public sealed partial class CosmosStandIn : IAsyncDisposable
{
    private readonly CosmosStandInOptions _options;
    private readonly StandInSwitches _switches;
    private readonly AccountGate _gate;
    private readonly ResourceEndpoint _resources;
    private readonly DocumentEndpoint _documents;
    private readonly QueryEndpoint _queries;
    private LoopbackServer? _server;
    private long _requests;

    private CosmosStandIn(CosmosStandInOptions options)
    {
        _options = options;
        _switches = new() { Throttle = options.Throttle, Latency = options.Latency };
        _log = new(options.RequestLogLimit);
        _gate = new(options, new(options.AccountKey));
        Account = new(options);
        _resources = new(options, Account);
        _documents = new(options, Account, _gate, _switches);
        _queries = new(Account, _switches);
    }

    public Uri Endpoint => _server!.Endpoint;

    public string AccountName => _options.AccountName;

    public string AccountKey => _options.AccountKey;

    /// <summary>For the resource manager's stand-in, which acts on the same databases and containers.</summary>
    internal CosmosAccount Account { get; }

    public static async Task<CosmosStandIn> StartAsync(CosmosStandInOptions? options = null)
    {
        CosmosStandIn standIn = new(options ?? new());
        standIn._server = await LoopbackServer.StartAsync(standIn.AnswerAsync, standIn._options.Port, standIn._options.Certificate);
        return standIn;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        using StandInRequest request = new(context, _options.Clock.GetUtcNow());
        CosmosRequestKind? kind = request.Classify();
        long number = Interlocked.Increment(ref _requests);
        CosmosFault? fault = kind is { } known ? _switches.RequestFault?.Invoke(new(known, request.Method, request.Path, number)) : null;
        if (fault is { Delay.Ticks: > 0 }) await Task.Delay(fault.Delay, context.RequestAborted);
        if (fault is { AfterApplying: false, Reset: true })
        {
            context.Abort();
            return;
        }
        await request.ReadBodyAsync();
        if (_switches.Latency > TimeSpan.Zero) await Task.Delay(_switches.Latency, context.RequestAborted);
        StandInAnswer answer =
            fault is { AfterApplying: false, Status: > 0 } or { IsEmpty: true } ? StandInAnswer.Of(fault) : Answer(request, kind);
        if (fault is { AfterApplying: true, Reset: true })
        {
            answer.Sent?.Invoke();
            context.Abort();
            return;
        }
        if (fault is { AfterApplying: true, Status: > 0 })
        {
            answer.Sent?.Invoke();
            answer = StandInAnswer.Of(StandInRefusal.Of(fault), answer.Charge);
        }
        Record(new(request.Now, request.Kind, request.Method, request.Path, answer.Status, answer.SubStatus, answer.Charge,
            answer.Operations));
        await answer.SendAsync(context);
    }

    private StandInAnswer Answer(StandInRequest request, CosmosRequestKind? kind)
    {
        try
        {
            if (kind is null) return StandInAnswer.Of(StandInRefusal.BadRequest($"This stand-in has no {request.Method} /{request.Path}."));
            _gate.Check(request);
            return kind switch
            {
                CosmosRequestKind.Account => _resources.ReadAccount(Endpoint),
                CosmosRequestKind.Database => _resources.AnswerDatabase(request),
                CosmosRequestKind.Container => _resources.AnswerContainer(request),
                CosmosRequestKind.Ranges => _resources.AnswerRanges(request),
                CosmosRequestKind.Offer => _resources.AnswerOffer(request),
                CosmosRequestKind.Batch => _documents.AnswerBatch(request),
                CosmosRequestKind.QueryPlan => _queries.AnswerPlan(request),
                CosmosRequestKind.Query => _queries.AnswerQuery(request),
                CosmosRequestKind.ChangeFeed => _queries.AnswerChangeFeed(request),
                _ => _documents.AnswerPoint(request),
            };
        }
        catch (RefusedException refused)
        {
            return StandInAnswer.Of(refused.Refusal);
        }
        catch (Exception unexpected)
        {
            // A fault of the stand-in itself must not pass for one of the service: tests look here.
            Failures.Enqueue(unexpected);
            return StandInAnswer.Of(new StandInRefusal(500, 0, "The stand-in failed: " + unexpected));
        }
    }
}
