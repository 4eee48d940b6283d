using System.Globalization;
using System.Management.Automation;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sandbox.Faults;

namespace DynamoCosmos.Tests.Faults;

/// <summary>
/// What a Cosmos DB account can do to an import. docs/reliability.md lists the scenarios and their outcomes by these names.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CosmosFaultTests
{
    private static readonly CosmosFault s_throttled = new() { Status = 429, SubStatus = 3200, RetryAfter = TimeSpan.FromMilliseconds(5) };

    public static TheoryData<string> OperationFaults => [.. s_operationFaults.Keys];

    // Of single operations inside batches, which is where bulk writes meet them. AfterApplying: the service acted, and says that it failed.
    private static readonly Dictionary<string, Func<CosmosWrite, CosmosFault?>> s_operationFaults = new()
    {
        ["throttling storms"] = write => write.Number / 700 % 2 == 0 ? s_throttled : null,
        ["a fifth of all writes throttled"] = FaultScript.Share<CosmosWrite>(0.2, 1, s_throttled),
        ["449 retry with"] = FaultScript.Share<CosmosWrite>(0.15, 2, new CosmosFault { Status = 449 }),
        ["408 timeouts, half of them after the write was made"] = FaultScript.Share<CosmosWrite>(0.1, 3, new CosmosFault { Status = 408 },
            new CosmosFault { Status = 408, AfterApplying = true }),
        ["500 in bursts"] = write => write.Number / 100 % 8 == 1 ? new() { Status = 500 } : null,
        ["503 in bursts, half of them after the write was made"] = write =>
            write.Number / 100 % 8 == 1 ? new() { Status = 503, AfterApplying = write.Number % 2 == 0 } : null,
        ["410 a partition that moves"] = FaultScript.Share<CosmosWrite>(0.05, 4, new CosmosFault { Status = 410, SubStatus = 1002 }),
        ["403 writes that move to another region"] =
            FaultScript.Share<CosmosWrite>(0.05, 5, new CosmosFault { Status = 403, SubStatus = 3 }),
        ["a bit of everything"] = FaultScript.Share<CosmosWrite>(0.25, 6, s_throttled, new CosmosFault { Status = 449 },
            new CosmosFault { Status = 503 }, new CosmosFault { Status = 408, AfterApplying = true }, new CosmosFault { Status = 500 }),
    };

    [Theory]
    [MemberData(nameof(OperationFaults))]
    public async Task Failing_writes(string kind)
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        long writes = 0;
        scene.Cosmos.OperationFault = write =>
        {
            Interlocked.Increment(ref writes);
            return s_operationFaults[kind](write);
        };
        ScriptRun import = scene.Import();
        scene.Cosmos.OperationFault = null;
        scene.AssertComplete(import);
        // Each write came through in the end, and some only after they had failed.
        Assert.InRange(writes, scene.Items + 100, scene.Items * 20);
    }

    public static TheoryData<string> RequestFaults => [.. s_requestFaults.Keys];

    private static readonly Dictionary<string, Func<FaultScenario>> s_requestFaults = new()
    {
        ["connections reset before the service acted"] = () => new FaultScenario(1).Sometimes(0.1, new Fault.ResetBefore(), IsWrite),
        ["connections reset after the service acted"] = () => new FaultScenario(2).Sometimes(0.1, new Fault.ResetAfter(), IsWrite),
        ["answers cut in the middle"] = () => new FaultScenario(3).Sometimes(0.1, new Fault.Truncate(300), IsWrite),
        ["slow answers"] = () => new FaultScenario(4).Sometimes(0.2, new Fault.Delay(TimeSpan.FromSeconds(1)), IsWrite)
            .Sometimes(0.2, new Fault.Slow(20_000), IsWrite),
        ["503 to whole requests"] = () => new FaultScenario(5).Sometimes(0.1, new Fault.Answer(ServiceAnswer.Cosmos(503)), IsWrite),
        ["503 to whole requests after the service acted"] = () =>
            new FaultScenario(6).Sometimes(0.1, new Fault.AnswerAfter(ServiceAnswer.Cosmos(503)), IsWrite),
        ["429 to whole requests"] = () =>
            new FaultScenario(7).Sometimes(0.3, new Fault.Answer(ServiceAnswer.Cosmos(429, 3200, TimeSpan.FromMilliseconds(20))), IsWrite),
        ["408 and 449 to whole requests"] = () => new FaultScenario(8).Sometimes(0.1, new Fault.Answer(ServiceAnswer.Cosmos(408)), IsWrite)
            .Sometimes(0.1, new Fault.Answer(ServiceAnswer.Cosmos(449)), IsWrite),
    };

    [Theory]
    [MemberData(nameof(RequestFaults))]
    public async Task Failing_requests(string kind)
    {
        await using FaultScene scene = await FaultScene.StartAsync(cosmos: s_requestFaults[kind]());
        scene.AssertComplete(scene.Import());
        Assert.True(scene.CosmosProxy.FaultCount > 2, $"Only {scene.CosmosProxy.FaultCount} faults happened.");
    }

    [Fact]
    public async Task A_partition_that_splits_during_the_load()
    {
        await using FaultScene scene = await FaultScene.StartAsync(ranges: 1);
        scene.Cosmos.OperationFault = write =>
        {
            if (write.Number is 1_000
                or 2_000) ThreadPool.QueueUserWorkItem(_ =>
                scene.Cosmos.Split("shop", "orders", scene.Cosmos.Ranges("shop", "orders")[^1].Id));
            return null;
        };
        scene.AssertComplete(scene.Import());
        Assert.Equal(3, scene.Cosmos.Ranges("shop", "orders").Count);
    }

    /// <summary>DYNAMOCOSMOS_TEST_OUTAGE_SECONDS makes it as long as the two minutes of docs/reliability.md.</summary>
    [Fact]
    public async Task An_outage_of_the_whole_account()
    {
        TimeSpan outage = TimeSpan.FromSeconds(
            double.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_TEST_OUTAGE_SECONDS") ?? "5", CultureInfo.InvariantCulture));
        await using FaultScene scene = await FaultScene.StartAsync();
        // 500 a second.
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(400);
        Task<ScriptRun> importing = scene.ImportAsync("-MaxInFlight 200");
        await ScriptRun.UntilAsync(importing, () => scene.Cosmos.Count("shop", "orders") >= 500);
        scene.CosmosProxy.IsDown = true;
        long before = scene.Cosmos.Count("shop", "orders");
        Assert.InRange(before, 500, scene.Items - 100);
        await Task.Delay(outage);
        Assert.False(importing.IsCompleted);
        scene.Cosmos.Latency = TimeSpan.Zero;
        scene.CosmosProxy.IsDown = false;
        PSObject result = scene.AssertComplete(await importing);
        Assert.True((TimeSpan)result.Properties["Duration"].Value > outage);
    }

    [Fact]
    public async Task An_outage_beyond_the_retry_timeout_stops_the_run_and_the_next_goes_on()
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(400);
        Task<ScriptRun> importing = scene.ImportAsync("-MaxInFlight 200 -RetryTimeout 2");
        await ScriptRun.UntilAsync(importing, () => scene.Cosmos.Count("shop", "orders") >= 500);
        scene.CosmosProxy.IsDown = true;
        ScriptRun stopped = await importing;
        Assert.StartsWith("WritesKeptFailing,", stopped.ErrorId);
        scene.CosmosProxy.IsDown = false;
        PSObject result = scene.AssertComplete(scene.Import());
        Assert.Equal(2, result.Properties["Runs"].Value);
    }

    [Fact]
    public async Task Throttling_without_end_stops_the_run_and_the_next_goes_on()
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        scene.Cosmos.OperationFault = write => write.Number > 1_000 ? s_throttled : null;
        ScriptRun stopped = scene.Import("-RetryTimeout 3");
        Assert.StartsWith("ThrottledTooLong,", stopped.ErrorId);
        scene.Cosmos.OperationFault = null;
        scene.AssertComplete(scene.Import());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task A_clock_that_is_two_minutes_off(int minutes)
    {
        SteppedTime clock = new();
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await using FaultScene scene = await FaultScene.StartAsync(clock: clock);
        scene.AssertComplete(scene.Import());
    }

    private static bool IsWrite(ProxiedRequest request) =>
        request.Method == "POST" && request.Path.EndsWith("/docs", StringComparison.Ordinal);
}
