using System.Management.Automation;

namespace DynamoCosmos.Tests.Faults;

/// <summary>An import in a lake as a schedule runs it: the same line each time, in short runs, sometimes two at once.</summary>
[Trait("Category", "Slow")]
public sealed class ScheduleTests
{
    [Fact]
    public async Task Short_runs_on_changing_machines_finish_the_import_in_pieces()
    {
        await using FaultScene scene = await FaultScene.StartAsync(items: 6_000);
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(150);
        ScriptRun run;
        int runs = 0;
        bool isComplete;
        do
        {
            // Each in a fresh session, which knows no more than the lake does.
            run = scene.ImportElsewhere("-StopAfter 1.5 -MaxInFlight 200");
            isComplete = (bool)run.Single().Properties["Completed"].Value;
            Assert.InRange(++runs, 1, 20);
        }
        while (!isComplete);
        Assert.InRange(runs, 2, 20);
        PSObject result = scene.AssertComplete(run);
        Assert.Equal(runs, result.Properties["Runs"].Value);
    }

    [Fact]
    public async Task A_second_run_at_the_same_time_is_refused_and_the_first_is_not_disturbed()
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(200);
        Task<ScriptRun> first = scene.ImportAsync("-MaxInFlight 200");
        await ScriptRun.UntilAsync(first, () => scene.Cosmos.Count("shop", "orders") >= 200);
        // However long the second takes to be refused.
        scene.Cosmos.Latency = TimeSpan.FromSeconds(4);
        ScriptRun second = scene.ImportElsewhere();
        scene.Cosmos.Latency = TimeSpan.Zero;
        Assert.False(first.IsCompleted, "The first run ended too early to say anything.");
        Assert.StartsWith("RunAlreadyActive,", second.ErrorId);
        PSObject result = scene.AssertComplete(await first);
        Assert.Equal(1, result.Properties["Runs"].Value);
    }

    [Fact]
    public async Task A_run_with_a_changed_setting_is_refused_and_the_unchanged_line_goes_on()
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(150);
        Assert.Equal(false, scene.Import("-StopAfter 1.5 -MaxInFlight 200").Single().Properties["Completed"].Value);
        long before = scene.Cosmos.Count("shop", "orders");
        ScriptRun changed = scene.Import("-NumberMode String");
        Assert.StartsWith("CheckpointMismatch,", changed.ErrorId);
        Assert.Contains("numberMode was 'Exact' and is 'String' now", changed.Errors[0].ToString());
        Assert.Equal(before, scene.Cosmos.Count("shop", "orders"));
        scene.AssertComplete(scene.Import());
    }
}
