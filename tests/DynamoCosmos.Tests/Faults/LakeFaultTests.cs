using DynamoCosmos.Sandbox.Faults;

namespace DynamoCosmos.Tests.Faults;

/// <summary>What the lake, where the export lies and the run keeps its checkpoint and rejections, can do to an import.</summary>
[Trait("Category", "Slow")]
public sealed class LakeFaultTests
{
    public static TheoryData<string> Faults => [.. s_faults.Keys];

    // The product tries seven times.
    private const int MostInARow = 5;

    private static readonly Dictionary<string, Func<FaultScenario>> s_faults = new()
    {
        ["downloads cut in the middle"] = () => new FaultScenario(1, MostInARow).Sometimes(0.7, new Fault.Truncate(20_000), IsDataFile),
        ["downloads reset before they began"] = () => new FaultScenario(2).Every(2, new Fault.ResetBefore(), IsDataFile),
        ["slow downloads"] = () => new FaultScenario(3).Every(2, new Fault.Slow(100_000), IsDataFile),
        ["503 and 500 to anything"] = () => new FaultScenario(4, MostInARow)
            .Sometimes(0.1, new Fault.Answer(ServiceAnswer.Blob(503, "ServerBusy")))
            .Sometimes(0.1, new Fault.Answer(ServiceAnswer.Blob(500, "InternalError"))),
        ["writes of checkpoint and rejections reset before they were made"] = () =>
            new FaultScenario(5, MostInARow).Sometimes(0.3, new Fault.ResetBefore(), IsWrite),
        ["writes of checkpoint and rejections reset after they were made"] = () =>
            new FaultScenario(6, MostInARow).Sometimes(0.3, new Fault.ResetAfter(), IsWrite),
        ["writes answered 500 after they were made"] = () =>
            new FaultScenario(7, MostInARow).Sometimes(0.3, new Fault.AnswerAfter(ServiceAnswer.Blob(500, "InternalError")), IsWrite),
        ["resets of anything, before and after"] = () =>
            new FaultScenario(8, MostInARow).Sometimes(0.1, new Fault.ResetBefore()).Sometimes(0.1, new Fault.ResetAfter()),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Failing_storage(string kind)
    {
        await using FaultScene scene = await FaultScene.StartAsync(blob: s_faults[kind]());
        // Slow enough that the checkpoint is written a few times.
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(100);
        scene.AssertComplete(scene.Import("-MaxInFlight 300"));
        Assert.True(scene.BlobProxy.FaultCount > 1, $"Only {scene.BlobProxy.FaultCount} faults happened.");
    }

    [Fact]
    public async Task A_byte_that_is_flipped_on_the_way_is_noticed_before_an_item_is_written()
    {
        await using FaultScene scene =
            await FaultScene.StartAsync(blob: new FaultScenario().FirstOfEachPath(new Fault.Flip(7_000), IsDataFile));
        scene.AssertComplete(scene.Import());
        Assert.Equal(scene.DataFiles.Count, scene.BlobProxy.FaultCount);
    }

    [Fact]
    public async Task A_data_file_that_is_damaged_at_rest_stops_the_run_until_it_is_mended()
    {
        await using FaultScene scene = await FaultScene.StartAsync();
        byte[] whole = scene.ReadBlob(scene.DataFiles[1]), damaged = [.. whole];
        damaged[damaged.Length / 2] ^= 0x40;
        scene.PutBlob(scene.DataFiles[1], damaged);
        for (int i = 0; i < 2; i++) Assert.StartsWith("DataFileMd5Mismatch,", scene.Import().ErrorId);
        // Of the damaged file not one item was written, and of the others all.
        Assert.Equal(scene.Items / 4 * 3, scene.Cosmos.Count("shop", "orders"));
        scene.PutBlob(scene.DataFiles[1], whole);
        scene.AssertComplete(scene.Import());
    }

    [Fact]
    public async Task A_blob_that_vanishes_in_mid_run_stops_it_and_the_next_goes_on()
    {
        await using FaultScene scene = await FaultScene.StartAsync(files: 6);
        scene.Cosmos.Latency = TimeSpan.FromMilliseconds(50);
        Task<ScriptRun> importing = scene.ImportAsync("-MaxInFlight 200");
        await ScriptRun.UntilAsync(importing, () => scene.Cosmos.Count("shop", "orders") >= 200);
        Dictionary<string, byte[]> gone = scene.DataFiles.ToDictionary(f => f, scene.ReadBlob);
        foreach (string file in gone.Keys) scene.RemoveBlob(file);
        Assert.Contains((await importing).ErrorId!.Split(',')[0], (string[])["DataFileMissing", "ExportFileMissing"]);
        foreach ((string file, byte[] content) in gone) scene.PutBlob(file, content);
        scene.AssertComplete(scene.Import());
    }

    private static bool IsDataFile(ProxiedRequest request) =>
        request.Method == "GET" && request.Path.EndsWith(".gz", StringComparison.Ordinal);

    private static bool IsWrite(ProxiedRequest request) => request.Method == "PUT";
}
