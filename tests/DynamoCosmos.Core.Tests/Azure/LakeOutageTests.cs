using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Imports whose checkpoint and rejected items lie in a lake that is away for longer than its retries.</summary>
[Trait("Category", "Slow")]
public sealed class LakeOutageTests : IAsyncLifetime
{
    private const int Items = 6_000, BadEvery = 20;

    private BlobStandIn _storage = null!;

    public async Task InitializeAsync()
    {
        _storage = await BlobStandIn.StartAsync();
        _storage.CreateContainer("lake", "data");
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    /// <summary>What is refused, how, and how many calls are let through first.</summary>
    public static TheoryData<string, BlobFault, int> Outages => new()
    {
        { "PutBlock", BlobFault.Refuse(503, "ServerBusy"), 0 },
        { "PutBlock", BlobFault.Refuse(503, "ServerBusy"), 2 },
        { "PutBlock", BlobFault.ResetBefore(), 1 },
        { "PutBlockList", BlobFault.Refuse(403, "AuthorizationFailure"), 1 },
        { "PutBlob", BlobFault.Refuse(503, "ServerBusy"), 3 },
    };

    /// <summary>What is done although the answer is a refusal or none.</summary>
    public static TheoryData<string, BlobFault, int> LostAnswers => new()
    {
        { "PutBlockList", BlobFault.ActAndRefuse(500, "InternalError"), 1 },
        { "PutBlockList", BlobFault.ResetAfter(), 1 },
        { "PutBlob", BlobFault.ResetAfter(), 3 },
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task A_lake_that_is_away_for_longer_than_its_retries_loses_no_rejected_item(string operation, BlobFault fault, int skip)
    {
        ListSource source = Source();
        _storage.Faults.Add(fault, operation, times: -1, skip: skip);
        await Assert.ThrowsAsync<MigrationException>(() => RunAsync(source));
        // Away still: the next run fails as well.
        await Assert.ThrowsAsync<MigrationException>(() => RunAsync(source));
        _storage.Faults.Clear();

        ImportResult result = await RunAsync(source);

        Assert.True(result.Completed);
        Assert.Equal((Items, Items / BadEvery), (result.Read, result.Rejected));
        Assert.Equal(Enumerable.Range(0, Items / BadEvery).Select(static n => $"bad{n * BadEvery}").Order(), await ReadAsync());
    }

    [Theory]
    [MemberData(nameof(Outages))]
    [MemberData(nameof(LostAnswers))]
    public async Task A_lake_that_comes_back_before_the_run_ends_loses_no_rejected_item(string operation, BlobFault fault, int skip)
    {
        ListSource source = Source();
        // As many as one call makes tries; what the run's end writes arrives.
        _storage.Faults.Add(fault, operation, times: 7, skip: skip);
        await Record.ExceptionAsync(() => RunAsync(source));
        _storage.Faults.Clear();

        ImportResult result = await RunAsync(source);

        Assert.Equal((Items, Items / BadEvery), (result.Read, result.Rejected));
        Assert.Equal(Enumerable.Range(0, Items / BadEvery).Select(static n => $"bad{n * BadEvery}").Order(), await ReadAsync());
    }

    private static ListSource Source()
    {
        ListSource source = new();
        for (int unit = 0; unit < 12; unit++)
            source.Add([.. Enumerable.Range(unit * Items / 12, Items / 12)
                .Select(static n => n % BadEvery == 0 ? $"bad{n}" : ListSource.Line(n))]);
        return source;
    }

    private async Task<ImportResult> RunAsync(ListSource source)
    {
        ScriptedSink sink = new() { Delay = static async cancellationToken => await Task.Delay(1, cancellationToken) };
        await using ICheckpointFile checkpoint =
            new LakeCheckpointFile(Location("run.checkpoint.json"), Client("run.checkpoint.json"), TimeProvider.System);
        await using IRejectionFile rejections = OpenRejections();
        ImportOptions options = new() { Parallelism = 1, MaxInFlight = 100, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        return await new ItemImport(source, sink, new(source.Keys, new ConversionOptions()), new(checkpoint, rejections), options)
            .RunAsync(NoMessages.Instance, default);
    }

    private async Task<IEnumerable<string>> ReadAsync()
    {
        await using IRejectionFile file = OpenRejections();
        using StreamReader reader = new(await file.OpenReadAsync(default));
        List<string> items = [];
        while (await reader.ReadLineAsync() is string line) items.Add(RejectionLines.Read(System.Text.Encoding.UTF8.GetBytes(line)).Item);
        return items.Order();
    }

    private LakeRejectionFile OpenRejections() => new(Location("run.rejected.ndjson"), Client("run.rejected.ndjson"));

    private LakeLocation Location(string name) => LakeTests.Location(_storage, "lake", "data", name);

    private LakeClient Client(string name) => LakeClient.Create(Location(name), LakeTests.Key(_storage, "lake"), TestClouds.Process.Azure,
        LakeTests.FastRetries);
}
