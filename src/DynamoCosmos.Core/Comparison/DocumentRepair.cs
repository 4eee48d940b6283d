using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Comparison;

/// <summary>Writes documents of the source again, by the rules of the import.</summary>
internal sealed class DocumentRepair : IAsyncDisposable
{
    /// <summary>How many documents are to be written at the same time.</summary>
    internal const int MostAtOnce = 50;

    private readonly IItemSink _sink;
    private readonly TimeProvider _time;
    private readonly WritePipeline _writes;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _steering;

    internal DocumentRepair(IItemSink sink, TimeSpan retryTimeout, TimeProvider time)
    {
        _sink = sink;
        _time = time;
        _writes = new(sink, new() { MaxInFlight = MostAtOnce, RetryTimeout = retryTimeout }, time);
        _steering = new Steering(_writes, time).RunAsync(observe: null, _ended.Token);
    }

    /// <returns>Null if the service took it, else why not.</returns>
    /// <exception cref="MigrationException">RepairStopped: no document will be taken until somebody acts.</exception>
    internal async Task<(string? Error, double RequestCharge)> WriteAsync(HeldDocument document, CancellationToken cancellationToken)
    {
        RepairWrite write = new(document, _time);
        // One that is canceled ends the whole run.
        using CancellationTokenRegistration onCancel = cancellationToken.Register(_writes.Abandon);
        await _writes.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        WriteReceipt receipt = await write.Receipt.ConfigureAwait(false);
        if (receipt.Outcome == WriteOutcome.Settled) return (null, receipt.RequestCharge);
        WriteAnswer answer = receipt.Answer;
        if (receipt.Outcome == WriteOutcome.Refused)
        {
            FormattableString error = $"{answer.Status}/{answer.SubStatus}: {receipt.Rule!.Why}. {answer.Message}";
            return (FormattableString.Invariant(error).TrimEnd(), receipt.RequestCharge);
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (receipt is { Rule: WriteRule rule, Failure: not null }) throw ComparisonErrors.RepairStopped(_sink.Name, answer, rule.Why);
        throw receipt.Failure ?? (Exception)new OperationCanceledException("The comparison has ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync().ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
        await _steering.ConfigureAwait(false);
        _ended.Dispose();
    }

    private sealed class RepairWrite(HeldDocument document, TimeProvider time)
        : AwaitedWrite(new(WriteKind.Upsert, document.Id, document.PartitionKey, document.Document))
    {
        /// <summary>The comparison may have begun long ago, and so may the first try, so the ttl is reckoned anew.</summary>
        private protected override void Prepare()
        {
            if (document.Fingerprint.ExpiresAt is long expiresAt) SetWrite(Write with { Document = Renew(document.Document, expiresAt) });
        }

        private ReadOnlyMemory<byte> Renew(byte[] old, long expiresAt)
        {
            long left = Math.Max(1, expiresAt - time.GetUtcNow().ToUnixTimeSeconds());
            using JsonDocument document = JsonDocument.Parse(old, new JsonDocumentOptions { MaxDepth = ComparisonRules.MaxDepth });
            if (!document.RootElement.TryGetProperty("ttl"u8, out _)) return old;
            using MemoryStream renewed = new(old.Length + 16);
            using (Utf8JsonWriter writer = new(renewed, new() { MaxDepth = ComparisonRules.MaxDepth, SkipValidation = true }))
            {
                writer.WriteStartObject();
                foreach (JsonProperty member in document.RootElement.EnumerateObject())
                {
                    if (member.NameEquals("ttl"u8)) writer.WriteNumber("ttl"u8, left);
                    else member.WriteTo(writer);
                }
                writer.WriteEndObject();
            }
            return renewed.ToArray();
        }
    }
}
