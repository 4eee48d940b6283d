using DynamoCosmos.Sandbox.Faults;

namespace DynamoCosmos.Tests.Faults;

/// <summary>What S3 can do to an import that reads an export straight from its bucket.</summary>
[Trait("Category", "Slow")]
public sealed class S3FaultTests
{
    public static TheoryData<string> Faults => [.. s_faults.Keys];

    // The product tries seven times.
    private const int MostInARow = 5;

    private static readonly Dictionary<string, Func<FaultScenario>> s_faults = new()
    {
        ["503 SlowDown to anything"] = () =>
            new FaultScenario(1, MostInARow).Sometimes(0.3, new Fault.Answer(ServiceAnswer.S3(503, "SlowDown"))),
        ["500 InternalError to anything"] = () =>
            new FaultScenario(2, MostInARow).Sometimes(0.2, new Fault.Answer(ServiceAnswer.S3(500, "InternalError"))),
        ["resets of anything, before and after"] = () =>
            new FaultScenario(3, MostInARow).Sometimes(0.15, new Fault.ResetBefore()).Sometimes(0.15, new Fault.ResetAfter()),
        ["downloads cut in the middle"] = () => new FaultScenario(4, MostInARow).Sometimes(0.7, new Fault.Truncate(20_000), IsDataFile),
        ["slow downloads"] = () => new FaultScenario(5).Every(2, new Fault.Slow(100_000), IsDataFile),
        ["a flipped bit in the first download of each file"] = () =>
            new FaultScenario(6).FirstOfEachPath(new Fault.Flip(7_000), IsDataFile),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Failing_downloads(string kind)
    {
        await using FaultScene scene = await FaultScene.StartAsync(s3: s_faults[kind]());
        scene.AssertComplete(scene.ImportFromS3());
        Assert.True(scene.S3Proxy.FaultCount > 1, $"Only {scene.S3Proxy.FaultCount} faults happened.");
    }

    [Fact]
    public async Task An_outage_of_S3_stops_the_run_and_the_next_goes_on()
    {
        await using FaultScene scene =
            await FaultScene.StartAsync(files: 8, s3: new FaultScenario().Between(3, long.MaxValue, new Fault.ResetBefore(), IsDataFile));
        ScriptRun stopped = scene.ImportFromS3();
        Assert.NotNull(stopped.ErrorId);
        Assert.InRange(scene.Cosmos.Count("shop", "orders"), 1, scene.Items - 1);
        scene.S3Proxy.Scenario = FaultScenario.None;
        scene.AssertComplete(scene.ImportFromS3());
    }

    [Fact]
    public async Task A_session_token_that_expires_in_mid_run_stops_it_by_name_and_the_next_goes_on()
    {
        await using FaultScene scene = await FaultScene.StartAsync(files: 8, s3: new FaultScenario()
            .Between(3, long.MaxValue, new Fault.Answer(ServiceAnswer.S3(400, "ExpiredToken")), IsDataFile));
        ScriptRun stopped = scene.ImportFromS3();
        Assert.StartsWith("AwsTokenExpired,", stopped.ErrorId);
        Assert.InRange(scene.Cosmos.Count("shop", "orders"), 1, scene.Items - 1);
        scene.S3Proxy.Scenario = FaultScenario.None;
        scene.AssertComplete(scene.ImportFromS3());
    }

    private static bool IsDataFile(ProxiedRequest request) =>
        request.Method == "GET" && request.Path.EndsWith(".gz", StringComparison.Ordinal);
}
