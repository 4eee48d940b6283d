using System.Diagnostics;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Bench.EndToEnd;

/// <param name="Cpu">Of this process, all its threads.</param>
internal sealed record LoopFacts(TimeSpan Duration, TimeSpan Cpu);

/// <summary>
/// The least that writes documents: so many loops of UpsertItemStreamAsync over ready-made bytes, on a client in bulk mode with its own
/// retries. What the SDK gives up on is written again after a pause, so that nothing is lost here either.
/// </summary>
internal static class BareLoop
{
    private static readonly ItemRequestOptions s_options = new() { EnableContentResponseOnWrite = false };

    internal static async Task<LoopFacts> RunAsync(HostAddresses account, ReadyDocument[] documents, int count, int inFlight)
    {
        using CosmosClient client = new(account.Endpoint.AbsoluteUri, account.Key, new()
        {
            AllowBulkExecution = true,
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
            EnableContentResponseOnWrite = false,
            CosmosClientTelemetryOptions = new() { DisableDistributedTracing = true },
        });
        Container container = client.GetContainer(StandInHost.Database, StandInHost.Container);
        await container.ReadContainerAsync();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(WriteAsync)));
        return new(Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - cpu);

        async Task WriteAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                while (!await TryWriteAsync(container, documents[i])) await Task.Delay(50);
            }
        }
    }

    private static async Task<bool> TryWriteAsync(Container container, ReadyDocument document)
    {
        // Of an array that it may see, the SDK makes no copy.
        MemoryStream body = new(document.Body, 0, document.Body.Length, writable: false, publiclyVisible: true);
        using ResponseMessage answer = await container.UpsertItemStreamAsync(body, new PartitionKey(document.PartitionKey), s_options);
        return answer.IsSuccessStatusCode
            || ((int)answer.StatusCode is 429 or 503
            ? false : throw new InvalidOperationException($"{answer.StatusCode}: {answer.ErrorMessage}"));
    }
}
