using System.Globalization;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Comparison;

/// <summary>Writes documents of the source again, one at a time, by the rules of the import.</summary>
internal sealed class DocumentRepair(IItemSink sink, TimeSpan retryTimeout, TimeProvider time)
{
    /// <returns>Null if the service took it, else why not.</returns>
    /// <exception cref="MigrationException">RepairStopped: no document will be taken until somebody acts.</exception>
    internal async Task<(string? Error, double RequestCharge)> WriteAsync(HeldDocument document, CancellationToken cancellationToken)
    {
        double charge = 0;
        long began = time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            ItemWrite write = new(WriteKind.Upsert, document.Id, document.PartitionKey, Renew(document));
            WriteAnswer answer = await sink.WriteAsync(write, cancellationToken).ConfigureAwait(false);
            charge += answer.RequestCharge;
            WriteRule rule = WriteRules.For(write.Kind, answer);
            switch (rule.Verdict)
            {
                case WriteVerdict.Settle:
                    return (null, charge);
                case WriteVerdict.Reject:
                    return (string.Create(CultureInfo.InvariantCulture, $"{answer.Status}/{answer.SubStatus}: {rule.Why}. {answer.Message}").TrimEnd(), charge);
                case WriteVerdict.Stop:
                    throw ComparisonErrors.RepairStopped(sink.Name, answer, rule.Why);
            }
            TimeSpan pause = Backoff.Next(rule.FirstPause, tries, answer.RetryAfter, Random.Shared.NextDouble());
            if (time.GetElapsedTime(began) + pause > retryTimeout) throw ComparisonErrors.RepairStopped(sink.Name, answer, rule.Why);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The comparison may have begun long ago, so the ttl is reckoned anew.</summary>
    private ReadOnlyMemory<byte> Renew(HeldDocument held)
    {
        if (held.Fingerprint.ExpiresAt is not long expiresAt) return held.Document;
        using JsonDocument document = JsonDocument.Parse(held.Document, new JsonDocumentOptions { MaxDepth = ComparisonRules.MaxDepth });
        if (!document.RootElement.TryGetProperty("ttl"u8, out _)) return held.Document;
        using MemoryStream renewed = new(held.Document.Length + 16);
        using (Utf8JsonWriter writer = new(renewed, new JsonWriterOptions { MaxDepth = ComparisonRules.MaxDepth, SkipValidation = true }))
        {
            writer.WriteStartObject();
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (member.NameEquals("ttl"u8)) writer.WriteNumber("ttl"u8, Math.Max(1, expiresAt - time.GetUtcNow().ToUnixTimeSeconds()));
                else member.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return renewed.ToArray();
    }
}
