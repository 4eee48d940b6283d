using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Point operations and batches.</summary>
internal sealed class DocumentEndpoint(CosmosStandInOptions options, CosmosAccount account, AccountGate gate, StandInSwitches switches)
{
    // The service takes 100 operations in a batch and 2 MB in a request.
    private const int MostOperations = 100;
    private const int LargestRequest = 2 * 1024 * 1024;

    private readonly ConcurrentBag<BatchAnswer> _answers = [];
    private long _operations;
    private long _tries;
    private long _throttled;

    /// <summary>Operations that came, and how many of them were answered 429.</summary>
    internal (long Tries, long Throttled) Counts => (Interlocked.Read(ref _tries), Interlocked.Read(ref _throttled));

    internal StandInAnswer AnswerPoint(StandInRequest request)
    {
        StandInContainer container = account.Container(request.Parts[1], request.Parts[3]);
        DocumentWriting writing = new()
        {
            Kind = request.Method switch
            {
                "GET" => CosmosOperationKind.Read,
                "PUT" => CosmosOperationKind.Replace,
                "DELETE" => CosmosOperationKind.Delete,
                _ => request.IsTrue("x-ms-documentdb-is-upsert") ? CosmosOperationKind.Upsert : CosmosOperationKind.Create,
            },
            Id = request.Parts.Length > 5 ? Encoding.UTF8.GetBytes(request.Parts[5]) : default,
            IfMatch = Encoding.UTF8.GetBytes(request.Header("if-match") ?? ""),
            IfNoneMatch = Encoding.UTF8.GetBytes(request.Header("if-none-match") ?? ""),
        };
        if (request.Body.Length > LargestRequest) return StandInAnswer.Of(new StandInRefusal(413, 0, "Request size is too large."));
        StandInRefusal refusal = writing.Prepare(container, Encoding.UTF8.GetBytes(request.Header("x-ms-documentdb-partitionkey") ?? ""),
            request.Body, options.KeepDocuments);
        if (!refusal.IsNone) return StandInAnswer.Of(refusal, 1);
        PhysicalRange range = container.RangeOf(writing.Position);
        CosmosFault? fault = switches.OperationFault?.Invoke(
            new(writing.Kind, Encoding.UTF8.GetString(writing.Id), range.Id, Interlocked.Increment(ref _operations)));
        if (fault is { Status: > 0, AfterApplying: false }) return StandInAnswer.Of(StandInRefusal.Of(fault));
        DocumentOutcome outcome;
        double perSecond = account.PerRange(container, switches.Throttle);
        lock (range.Gate)
        {
            if (range.IsGone) return StandInAnswer.Of(StandInRefusal.RangeGone);
            if (range.Throughput.Ask(request.Now, perSecond) is { Ticks: > 0 } wait) return StandInAnswer.Of(TooMany(wait));
            outcome = writing.Apply(container, range, request.Now.ToUnixTimeSeconds(), options.KeepDocuments);
            range.Throughput.Take(outcome.Charge);
        }
        if (fault is { Status: > 0 }) return StandInAnswer.Of(StandInRefusal.Of(fault), outcome.Charge);
        if (outcome.Status >= 400) return StandInAnswer.Of(Refusal(outcome.Status), outcome.Charge);
        ArrayBufferWriter<byte> body = new(1024);
        bool isMinimal = request.Header("prefer")?.Contains("return=minimal", StringComparison.OrdinalIgnoreCase) == true;
        if (outcome.Status is 200 or 201
            && (writing.Kind == CosmosOperationKind.Read || !isMinimal)) DocumentText.WriteTo(body, container, outcome.Document);
        return new()
        {
            Status = outcome.Status,
            Charge = outcome.Charge,
            Body = body.WrittenMemory,
            ETag = outcome.Lsn > 0 ? $"\"{DocumentText.ETag(outcome.Lsn)}\"" : null,
            Session = $"{range.Id}:-1#{range.Lsn}",
            Operations = 1,
        };
    }

    internal StandInAnswer AnswerBatch(StandInRequest request)
    {
        if (request.Body.Length > LargestRequest) return StandInAnswer.Of(new StandInRefusal(413, 0, "Request size is too large."));
        if (request.IsTrue("x-ms-cosmos-batch-atomic")) throw new RefusedException(
            StandInRefusal.BadRequest("This stand-in has no transactional batches."));
        StandInContainer container = account.Container(request.Parts[1], request.Parts[3]);
        if (container.Range(request.Header("x-ms-documentdb-partitionkeyrangeid")
            ?? "") is not PhysicalRange range) return StandInAnswer.Of(StandInRefusal.RangeGone);
        if (!_answers.TryTake(out BatchAnswer? answer)) answer = new();
        answer.Start();
        BatchOutcome outcome = RunBatch(request, container, range, answer);
        if (!outcome.Refusal.IsNone)
        {
            _answers.Add(answer);
            return StandInAnswer.Of(outcome.Refusal);
        }
        return new()
        {
            Status = outcome.HasFailures ? 207 : 200,
            Charge = outcome.Charge,
            Body = answer.Written,
            Session = $"{range.Id}:-1#{range.Lsn}",
            Operations = outcome.Operations,
            Sent = () => _answers.Add(answer),
        };
    }

    private BatchOutcome RunBatch(StandInRequest request, StandInContainer container, PhysicalRange range, BatchAnswer answer)
    {
        BatchReading reading = new(request.Body);
        long now = request.Now.ToUnixTimeSeconds();
        double perSecond = account.PerRange(container, switches.Throttle), charge = 0;
        int operations = 0, throttled = 0;
        bool hasFailures = false;
        CosmosOperationKind allowed = CosmosOperationKind.Upsert;
        while (reading.Next(out BatchOperation operation))
        {
            if (++operations > MostOperations) return new(
                StandInRefusal.BadRequest("Batch request has more operations than what is supported: 100."));
            if (operation.Kind != allowed) gate.CheckOperation(request, allowed = operation.Kind);
            DocumentWriting writing =
                new() { Kind = operation.Kind, Id = operation.Id, IfMatch = operation.IfMatch, IfNoneMatch = operation.IfNoneMatch };
            StandInRefusal refusal = writing.Prepare(container, operation.PartitionKey, operation.Body, options.KeepDocuments);
            CosmosFault? fault = refusal.IsNone
                ? switches.OperationFault?.Invoke(
                new(writing.Kind, Encoding.UTF8.GetString(writing.Id), range.Id, Interlocked.Increment(ref _operations))) : null;
            if (fault is { Status: > 0, AfterApplying: false }) refusal = StandInRefusal.Of(fault);
            DocumentOutcome outcome = default;
            if (refusal.IsNone)
            {
                lock (range.Gate)
                {
                    if (range.IsGone || !range.Holds(writing.Position)) refusal = StandInRefusal.RangeGone;
                    else if (range.Throughput.Ask(request.Now, perSecond) is { Ticks: > 0 } wait) refusal = TooMany(wait);
                    else
                    {
                        outcome = writing.Apply(container, range, now, options.KeepDocuments);
                        range.Throughput.Take(outcome.Charge);
                    }
                }
            }
            if (fault is { Status: > 0, AfterApplying: true }) refusal = StandInRefusal.Of(fault);
            if (!refusal.IsNone) answer.Add(refusal.Status, refusal.SubStatus, outcome.Charge, retryAfter: refusal.RetryAfter,
                body: Words(refusal));
            else if (outcome.Status == 200
                && (operation.Kind == CosmosOperationKind.Read || !operation.IsMinimal)) AddWithBody(answer, container, outcome);
            else answer.Add(outcome.Status, outcome.SubStatus, outcome.Charge, outcome.Lsn);
            charge += outcome.Charge;
            if (refusal.Status == 429) throttled++;
            hasFailures |= !refusal.IsNone || outcome.Status >= 400;
        }
        Interlocked.Add(ref _tries, operations);
        Interlocked.Add(ref _throttled, throttled);
        return new(StandInRefusal.None, hasFailures, charge, operations);
    }

    private static void AddWithBody(BatchAnswer answer, StandInContainer container, in DocumentOutcome outcome)
    {
        ArrayBufferWriter<byte> body = new(outcome.Document.Length + 256);
        DocumentText.WriteTo(body, container, outcome.Document);
        answer.Add(outcome.Status, outcome.SubStatus, outcome.Charge, outcome.Lsn, body: body.WrittenSpan);
    }

    // A lasting refusal says why; what is only a matter of time or place does not.
    private static ReadOnlySpan<byte> Words(StandInRefusal refusal) =>
        refusal.Status is 400 or 413 ? Encoding.UTF8.GetBytes(refusal.Message) : default;

    private static StandInRefusal TooMany(TimeSpan wait) =>
        new(429, 3200, "Request rate is large. More Request Units may be needed, so no changes were made.", wait);

    private static StandInRefusal Refusal(int status) => status switch
    {
        404 => StandInRefusal.NotFound("document"),
        409 => new(409, 0, "Resource with specified id or name already exists."),
        412 => new(412, 0, "One of the specified pre-condition is not met."),
        _ => new(status, 0, "Refused."),
    };

    private readonly record struct BatchOutcome(StandInRefusal Refusal, bool HasFailures = false, double Charge = 0, int Operations = 0);
}
