using System.Text;
using System.Text.Json;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>
/// The order of each key with the real SDK, its batches and its own retries, against a service that throttles, fails and loses answers.
/// </summary>
public sealed class LanesOverSinkTests
{
    private const int Keys = 200;
    private const int PerKey = 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_write_of_each_key_stands_in_the_container(bool inBatches)
    {
        using CloudConnections clouds = new();
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { InitialRanges = 3, Throttle = false });
        standIn.CreateContainer("shop", "orders", "/pk");
        await using IItemSink sink = inBatches
            ? await standIn.OpenSinkAsync()
            : await CosmosSingleSink.OpenAsync(standIn.Settings(), "shop", ["orders"], clouds.Cosmos, default);
        CosmosFault throttled = new() { Status = 429, SubStatus = 3200, RetryAfter = TimeSpan.FromMilliseconds(20) };
        CosmosFault lost = new() { Status = 503, AfterApplying = true };
        standIn.OperationFault = FaultScript.Share<CosmosWrite>(0.1, 1, throttled, new() { Status = 449 }, lost);
        standIn.RequestFault = FaultScript.Share<CosmosCall>(0.02, 2, new() { Reset = true }, new() { Reset = true, AfterApplying = true });
        WritePipeline pipeline = new(
            sink, new() { MaxInFlight = 1_000, RetryTimeout = TimeSpan.FromMinutes(5), KeepsOrder = true }, TimeProvider.System);
        await using (pipeline)
        {
            List<AwaitedWrite> writes = [];
            for (int number = 0; number < PerKey; number++)
            {
                for (int key = 0; key < Keys; key++)
                {
                    writes.Add(new(WriteOf(key, number)));
                    await pipeline.WriteAsync(writes[^1], default);
                }
            }
            WriteReceipt[] receipts = await Task.WhenAll(writes.Select(static write => write.Receipt));
            Assert.All(receipts, static receipt => Assert.Equal(WriteOutcome.Settled, receipt.Outcome));
        }
        Assert.InRange(pipeline.Counts.Retries, 50, long.MaxValue);
        Dictionary<string, int> documents = standIn.Documents("shop", "orders").Select(Read).ToDictionary();
        // The last write of an odd key deletes it.
        Assert.Equal(Keys / 2, documents.Count);
        Assert.All(documents, static document => Assert.Equal(PerKey - 1, document.Value));
    }

    private static ItemWrite WriteOf(int key, int number)
    {
        bool isDelete = number == PerKey - 1 ? key % 2 == 1 : (key + number) % 4 == 0;
        byte[] document = Encoding.UTF8.GetBytes($$"""{"id":"k{{key}}","pk":"p{{key % 7}}","n":{{number}}}""");
        return isDelete
            ? new(WriteKind.Delete, $"k{key}", [$"p{key % 7}"], default) : new(WriteKind.Upsert, $"k{key}", [$"p{key % 7}"], document);
    }

    private static KeyValuePair<string, int> Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return new(document.RootElement.GetProperty("id").GetString()!, document.RootElement.GetProperty("n").GetInt32());
    }
}
