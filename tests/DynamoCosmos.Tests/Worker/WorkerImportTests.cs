using System.Management.Automation;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Tests.Import;

namespace DynamoCosmos.Tests.Worker;

/// <summary>The worker's import: a second host of the same engine.</summary>
[Trait("Category", "Slow")]
public sealed class WorkerImportTests
{
    private static readonly string[] s_counts =
    [
        "Read", "Written", "Created", "Replaced", "Deleted", "Expired", "Filtered", "Rejected", "NumberLosses",
        "UnitsDone", "UnitsTotal", "Runs",
    ];

    [Fact]
    public async Task Ten_thousand_items_are_imported_with_the_counts_of_the_cmdlet()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(10_000);
        WorkerEnd end = (await scene.RunAsync("import", "--progress-interval", "0.2")).AssertExit(0);

        JsonNode import = Assert.Single(end.Result["imports"]!.AsArray())!;
        Assert.Equal(("import", "Done"), ((string)end.Result["command"]!, (string)end.Result["outcome"]!));
        Assert.Empty(end.Result["errors"]!.AsArray());
        Assert.True((bool)import["completed"]!);
        Assert.Equal(9_800, scene.Cosmos.Count("shop", "orders"));
        JsonNode last = end.Events.Last(static line => (string)line["type"]! == "progress");
        Assert.Equal((10_000L, 10_000L, 10_000L), ((long)last["read"]!, (long)last["done"]!, (long)last["total"]!));

        scene.Cosmos.CreateContainer("shop", "others", ["/customerId"], 20_000, defaultTtl: -1);
        PSObject cmdlet = scene.Session.Invoke(
            $"Import-CosmosItems -Location '{scene.Folder}' -DatabaseName shop -ContainerName others -PartitionKeyAttribute customerId:S " +
            "-SortKeyAttribute orderId:S -TtlAttribute expiresAt").Single();
        Assert.Equal(
            s_counts.Select(name => $"{name} {cmdlet.Properties[name].Value}"),
            s_counts.Select(name => $"{name} {import[char.ToLowerInvariant(name[0]) + name[1..]]}"));
    }

    [Fact]
    public async Task An_import_that_is_killed_goes_on_by_the_same_line()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(10_000, latency: TimeSpan.FromMilliseconds(50));
        using (WorkerProcess worker = scene.Start("import", "--max-in-flight", "20"))
        {
            await Eventually.UntilAsync(() => scene.Settled() > 0);
            worker.Kill();
            Assert.NotEqual(0, (await worker.WaitAsync()).ExitCode);
        }
        long settled = scene.Settled();
        Assert.InRange(settled, 1, 9_999);

        WorkerEnd end = (await scene.RunAsync("import", "--verbose")).AssertExit(0);
        JsonNode import = Assert.Single(end.Result["imports"]!.AsArray())!;
        Assert.Equal((2, 10_000L), ((int)import["runs"]!, (long)import["read"]!));
        Assert.Equal((9_800L, 200L), ((long)import["written"]!, (long)import["expired"]!));
        IEnumerable<string> told = end.Events.Where(static line => (string)line["type"]! == "verbose")
            .Select(static line => (string)line["message"]!);
        Assert.Contains(told, text => text.Contains($"{settled} items are settled", StringComparison.Ordinal));
        Assert.Equal(9_800, scene.Cosmos.Count("shop", "orders"));
    }

    [Theory]
    [InlineData("INT", 130, "Interrupted")]
    [InlineData("TERM", 143, "Terminated")]
    public async Task A_signal_ends_it_with_what_is_settled_and_the_same_line_goes_on(string signal, int exitCode, string outcome)
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(4_000, latency: TimeSpan.FromMilliseconds(100));
        using (WorkerProcess worker = scene.Start("import", "--max-in-flight", "20"))
        {
            await Eventually.UntilAsync(() => scene.Settled() > 0);
            // A second run of the same import has to wait until this one has ended.
            Assert.Equal("RunAlreadyActive", (string)(await scene.RunAsync("import")).AssertExit(5).Result["errors"]![0]!["id"]!);
            await worker.SignalAsync(signal);
            WorkerEnd end = (await worker.WaitAsync()).AssertExit(exitCode);
            Assert.Equal((outcome, exitCode), ((string)end.Result["outcome"]!, (int)end.Result["exitCode"]!));
        }
        JsonNode import = (await scene.RunAsync("import")).AssertExit(0).Result["imports"]![0]!;
        Assert.Equal((2, 4_000L), ((int)import["runs"]!, (long)import["read"]!));
        Assert.Equal(3_920, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task An_import_that_stops_by_its_own_time_is_incomplete()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(4_000, latency: TimeSpan.FromMilliseconds(100));
        WorkerEnd end = (await scene.RunAsync("import", "--max-in-flight", "10", "--stop-after", "1s")).AssertExit(3);
        Assert.Equal("Incomplete", (string)end.Result["outcome"]!);
        Assert.False((bool)end.Result["imports"]![0]!["completed"]!);
        (await scene.RunAsync("import")).AssertExit(0);
        Assert.Equal(3_920, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task Windows_of_changes_follow_the_full_export_however_they_come()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(1);
        scene.Cosmos.CreateContainer("shop", "table", ["/pk"], 20_000, defaultTtl: -1);
        byte[][] items = [.. Enumerable.Range(0, 500).Select(static number =>
            System.Text.Encoding.UTF8.GetBytes($$$"""{"pk":{"S":"p{{{number % 7}}}"},"sk":{"N":"{{{number}}}"},"v":{"S":"new"}}"""))];
        string[] keys = ["--partition-key-attribute", "pk:S", "--sort-key-attribute", "sk:N"];
        string[] folders = ItemWindows.Write(scene.Root, items);
        WorkerEnd end = await WorkerProcess.RunAsync(
            ["import", "--location", folders[2], folders[1], folders[0], .. keys, .. scene.Target, "--container-name=table"],
                scene.Secrets);
        Assert.Equal("OptionsInvalid", (string)end.AssertExit(2).Result["errors"]![0]!["id"]!);

        end = await WorkerProcess.RunAsync(
            [
                "import", "--location", folders[2], "--location", folders[1], folders[0], .. keys,
                "--account-endpoint", scene.Cosmos.Endpoint.AbsoluteUri, "--database-name", "shop", "--container-name", "table",
            ],
            scene.Secrets);
        Assert.Equal(3, end.AssertExit(0).Result["imports"]!.AsArray().Count);
        Assert.Equal(500, scene.Cosmos.Count("shop", "table"));
    }
}
