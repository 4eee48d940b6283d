using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Chaos;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Faults;

/// <summary>The harness of <see cref="KillTests"/> can fail: what is broken on purpose is what it reports.</summary>
[Trait("Category", "Slow")]
public sealed class KillHarnessTests
{
    [Fact]
    public async Task A_write_that_was_acknowledged_and_not_made_is_reported_as_missing()
    {
        int writes = 0;
        KillResult result =
            await RunAsync(new() { OnWrite = _ => Interlocked.Increment(ref writes) == 700 ? new() { Status = 201 } : null });
        Assert.Equal((1L, 0L, 0L), (result.Missing, result.Doubled, result.Different));
        Assert.Contains("1 documents are missing.", result.Faults);
        Assert.Contains(result.Faults, static fault => fault.StartsWith("The comparison did not pass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_document_that_was_removed_is_reported_as_missing()
    {
        KillResult result = await RunAsync(
            new()
            {
                AfterImport = static (_, cosmos) =>
            Change(cosmos, static (document, cosmos, key) => cosmos.Remove("shop", "orders", key, (string)document["id"]!))
            });
        Assert.Equal((1L, 0L, 0L), (result.Missing, result.Doubled, result.Different));
        Assert.Contains("1 documents are missing.", result.Faults);
    }

    [Fact]
    public async Task A_document_under_a_second_id_is_reported_as_doubled()
    {
        KillResult result = await RunAsync(new()
        {
            AfterImport = static (_, cosmos) => Change(cosmos, static (document, cosmos, key) =>
            {
                document["id"] = "another id";
                Put(cosmos, key, document);
            }),
        });
        Assert.Equal((0L, 1L, 0L), (result.Missing, result.Doubled, result.Different));
        Assert.Contains(result.Faults, static fault => fault.Contains("documents are there, and should be", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_digit_that_was_changed_is_reported_as_different()
    {
        KillResult result = await RunAsync(new()
        {
            AfterImport = static (_, cosmos) => Change(cosmos, static (document, cosmos, key) =>
            {
                document["quantity"] = (int)document["quantity"]! + 1;
                Put(cosmos, key, document);
            }),
        });
        Assert.Equal((0L, 0L, 1L), (result.Missing, result.Doubled, result.Different));
    }

    [Fact]
    public async Task An_engine_that_forgets_its_checkpoint_is_reported_as_writing_again_what_was_settled()
    {
        Sabotage sabotage = new()
        {
            KillOnceClaimed = true,
            // So slow that much is left to do by then.
            OnWrite = static _ =>
            {
                Thread.Sleep(1);
                return null;
            },
            BetweenProcesses = static export => Array.ForEach(Directory.GetFiles(RunFolder(export), "*.checkpoint.json"), File.Delete),
        };
        KillResult result = await RunAsync(sabotage, items: 6_000, files: 12, kills: 1);
        Assert.Equal((0L, 0L, 0L), (result.Missing, result.Doubled, result.Different));
        Assert.Contains(result.Faults, static fault =>
            fault.Contains("was written again, though the checkpoint had it as settled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rejection_that_stands_twice_is_reported()
    {
        KillResult result = await RunAsync(new()
        {
            AfterImport = static (export, _) =>
            {
                string file = Directory.GetFiles(RunFolder(export), "*.rejected.ndjson").Single();
                File.AppendAllText(file, File.ReadLines(file).First() + "\n");
            },
        });
        Assert.Contains("Rejections are on record twice.", result.Faults);
    }

    [Fact]
    public async Task A_rejection_that_is_lost_after_a_full_disk_is_reported()
    {
        Sabotage sabotage = new()
        {
            AfterImport = static (export, _) =>
            {
                string file = Directory.GetFiles(RunFolder(export), "*.rejected.ndjson").Single();
                File.WriteAllLines(file, [.. File.ReadLines(file).Skip(1)]);
            },
        };
        KillResult result = await new KillRun(seed: 2, items: 2_000, files: 3, kills: 2)
        {
            HasFailingStores = true,
            Sabotage = sabotage
        }.RunAsync(CancellationToken.None);
        Assert.Contains($"{result.Rejected - 1} rejections are on record, and should be {result.Rejected}.", result.Faults);
        Assert.Contains("Other lines were rejected than the malformed ones.", result.Faults);
    }

    private static Task<KillResult> RunAsync(Sabotage sabotage, int items = 3_000, int files = 3, int kills = 0) =>
        new KillRun(seed: 1, items, files, kills) { Sabotage = sabotage }.RunAsync(CancellationToken.None);

    private static string RunFolder(ChaosExport export) => Path.Combine(export.Folder, "_dynamocosmos");

    private static void Change(CosmosStandIn cosmos, Action<JsonNode, CosmosStandIn, string> change)
    {
        JsonNode document = JsonNode.Parse(cosmos.Documents("shop", "orders")[100].Span)!;
        change(document, cosmos, new JsonArray((string)document["customerId"]!).ToJsonString());
    }

    private static void Put(CosmosStandIn cosmos, string partitionKey, JsonNode document) =>
        cosmos.Put("shop", "orders", partitionKey, Encoding.UTF8.GetBytes(document.ToJsonString()));
}
