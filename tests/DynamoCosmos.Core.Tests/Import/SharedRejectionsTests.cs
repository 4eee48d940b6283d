using System.Text.RegularExpressions;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Two imports that are given one file of rejected items leave each other's lines alone, on disk and in a lake.</summary>
public sealed class SharedRejectionsTests : IAsyncLifetime
{
    private const int Items = 2_000, BadEvery = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos").FullName;
    private BlobStandIn _storage = null!;
    private bool _isLake;

    public async Task InitializeAsync()
    {
        _storage = await BlobStandIn.StartAsync();
        _storage.CreateContainer("lake", "data");
    }

    public async Task DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_at_the_same_time_one_is_refused_and_the_other_has_all_its_lines(bool isLake)
    {
        _isLake = isLake;
        TaskCompletionSource go = new();
        Task<ImportResult> first = RunAsync("a", delay: _ => go.Task);
        Task<ImportResult> second = RunAsync("b", delay: _ => go.Task);
        // On disk the second is refused at once; in a lake when it writes.
        if (!isLake) await Assert.ThrowsAsync<MigrationException>(() => Task.WhenAny(first, second).Unwrap());
        go.SetResult();
        Exception?[] ends = [await Record.ExceptionAsync(() => first), await Record.ExceptionAsync(() => second)];
        Assert.Single(ends, static end => end is null);
        MigrationException error = Assert.IsType<MigrationException>(Assert.Single(ends, static end => end is not null));
        Assert.Equal("RejectionFileShared", error.ErrorId);
        Assert.Contains(Setting.RejectedItemPath, error.Message);
        (string winner, string loser) = ends[0] is null ? ("a", "b") : ("b", "a");
        Assert.Equal(Bad(winner), await ReadAsync("r"));

        // The way out that the message tells.
        Assert.True((await RunAsync(loser, rejections: "other")).Completed);
        Assert.Equal(Bad(loser), await ReadAsync("other"));
        Assert.Equal(Bad(winner), await ReadAsync("r"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_after_the_other_both_have_their_lines(bool isLake)
    {
        _isLake = isLake;
        await RunAsync("a");
        await RunAsync("b");
        Assert.Equal([.. Bad("a"), .. Bad("b")], await ReadAsync("r"));
        Assert.True((await RunAsync("a")).WasComplete);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => RunAsync("a", restart: true));

        Assert.Equal("RejectionFileShared", error.ErrorId);
        Assert.Equal([.. Bad("a"), .. Bad("b")], await ReadAsync("r"));
        Assert.True((await RunAsync("b", restart: true)).Completed);
        Assert.Equal([.. Bad("a"), .. Bad("b")], await ReadAsync("r"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_gone_on_with_does_not_cut_off_what_another_wrote_meanwhile(bool isLake)
    {
        _isLake = isLake;
        await StopInTheMiddleAsync("a");
        int before = (await ReadAsync("r")).Count();
        Assert.InRange(before, 1, Bad("a").Count() - 1);
        await RunAsync("b");
        string[] both = [.. await ReadAsync("r")];

        Assert.Equal("RejectionFileShared", (await Assert.ThrowsAsync<MigrationException>(() => RunAsync("a"))).ErrorId);

        Assert.Equal(both, await ReadAsync("r"));
        ImportResult result = await RunAsync("a", rejections: "other");
        Assert.Equal((Items, Items / BadEvery, 2), (result.Read, result.Rejected, result.Runs));
        Assert.Equal(Bad("a"), await ReadAsync("other"));
        Assert.Equal(both, await ReadAsync("r"));
    }

    [Fact]
    public async Task Another_import_does_not_write_on_where_a_killed_one_left_half_a_line()
    {
        await StopInTheMiddleAsync("a");
        File.AppendAllText(Path("r"), "{\"dataFile\":\"AWSD");
        Assert.Equal("RejectionFileShared", (await Assert.ThrowsAsync<MigrationException>(() => RunAsync("b"))).ErrorId);
        Assert.True((await RunAsync("a")).Completed);
        Assert.Equal(Bad("a"), await ReadAsync("r"));
    }

    [Theory]
    [InlineData("-100")]
    [InlineData("0")]
    [InlineData("+1000000")]
    public async Task A_checkpoint_whose_rejectionsTo_was_changed_cuts_nothing(string change)
    {
        await StopInTheMiddleAsync("a");
        string before = File.ReadAllText(Path("r")), checkpoint = File.ReadAllText(Path("a.json"));
        File.WriteAllText(Path("a.json"), Regex.Replace(checkpoint, "(\"rejectionsTo\": )(\\d+)", match =>
            match.Groups[1].Value +
                (change == "0"
                ? "0" : $"{long.Parse(match.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) + long.Parse(change, System.Globalization.CultureInfo.InvariantCulture)}")));

        Assert.Equal("RejectionFileChanged", (await Assert.ThrowsAsync<MigrationException>(() => RunAsync("a"))).ErrorId);

        Assert.Equal(before, File.ReadAllText(Path("r")));
        File.WriteAllText(Path("a.json"), checkpoint);
        Assert.True((await RunAsync("a")).Completed);
        Assert.Equal(Bad("a"), await ReadAsync("r"));
    }

    [Fact]
    public async Task A_file_that_was_edited_is_not_written_on()
    {
        await StopInTheMiddleAsync("a");
        string before = File.ReadAllText(Path("r"));
        File.WriteAllText(Path("r"), before.Replace("\"line\":1,", "\"line\":2,", StringComparison.Ordinal));
        Assert.Equal("RejectionFileChanged", (await Assert.ThrowsAsync<MigrationException>(() => RunAsync("a"))).ErrorId);
        File.Delete(Path("r"));
        Assert.Equal("RejectionFileChanged", (await Assert.ThrowsAsync<MigrationException>(() => RunAsync("a"))).ErrorId);
        Assert.True((await RunAsync("a", restart: true)).Completed);
        Assert.Equal(Bad("a"), await ReadAsync("r"));
    }

    [Fact]
    public async Task An_import_that_an_older_version_began_goes_on()
    {
        await StopInTheMiddleAsync("a");
        File.WriteAllText(Path("r"), Regex.Replace(File.ReadAllText(Path("r")), "\"import\":\"[^\"]*\",", ""));
        long length = new FileInfo(Path("r")).Length;
        string checkpoint = Regex.Replace(File.ReadAllText(Path("a.json")), "\\s*\"(import|rejectionsHash)\": \"[^\"]*\",", "");
        checkpoint = Regex.Replace(checkpoint, "\"rejectionsTo\": \\d+,\\s*\"spentRequestUnits\": [\\d.]+", $"\"rejectionsTo\": {length}");
        File.WriteAllText(Path("a.json"), checkpoint);
        File.AppendAllText(Path("r"), "{\"dataFile\":\"unclaimed\",\"line\":1,\"reason\":\"MalformedItem\",\"item\":\"x\"}\n");
        Assert.True((await RunAsync("a")).Completed);
        Assert.Equal(Bad("a"), await ReadAsync("r"));
    }

    private static IEnumerable<string> Bad(string import) =>
        Enumerable.Range(0, Items / BadEvery).Select(n => $"bad {import} {n * BadEvery}").Order(StringComparer.Ordinal);

    private async Task StopInTheMiddleAsync(string import)
    {
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(import, stop: stop));
    }

    private async Task<ImportResult> RunAsync(string import, string rejections = "r", bool restart = false,
        Func<CancellationToken, Task>? delay = null, CancellationTokenSource? stop = null)
    {
        ListSource source = new() { Identity = import };
        for (int unit = 0; unit < 4; unit++)
            source.Add([.. Enumerable.Range(unit * Items / 4, Items / 4)
                .Select(n => n % BadEvery == 0 ? $"bad {import} {n}" : ListSource.Line(n))]);
        ScriptedSink sink = new() { Delay = delay ?? (static async _ => await Task.Yield()) };
        if (stop is not null)
        {
            sink.Stored = count =>
            {
                if (count == Items / 2) stop.Cancel();
            };
        }
        await using ICheckpointFile checkpoint = new LocalCheckpointFile(Path($"{import}.json"));
        await using IRejectionFile file = Open(rejections);
        ImportFiles files = new(checkpoint, file) { OpenRejections = location => Open(location.Split('/')[^1]) };
        ImportOptions options =
            new() { Parallelism = 1, MaxInFlight = 50, Restart = restart, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        return await new ItemImport(source, sink, new(source.Keys, new ConversionOptions()), files, options)
            .RunAsync(NoMessages.Instance, stop?.Token ?? default);
    }

    private async Task<IEnumerable<string>> ReadAsync(string name)
    {
        await using IRejectionFile file = Open(name);
        using StreamReader reader = new(await file.OpenReadAsync(default));
        List<string> items = [];
        while (await reader.ReadLineAsync() is string line) items.Add(RejectionLines.Read(System.Text.Encoding.UTF8.GetBytes(line)).Item);
        return items.Order(StringComparer.Ordinal);
    }

    private IRejectionFile Open(string name)
    {
        if (!_isLake) return new LocalRejectionFile(Path(name));
        LakeLocation lake = LakeTests.Location(_storage, "lake", "data", name);
        return new LakeRejectionFile(lake, LakeClient.Create(lake, LakeTests.Key(_storage, "lake"), TestClouds.Process.Azure,
            LakeTests.FastRetries));
    }

    private string Path(string name) => System.IO.Path.Combine(_folder, name);
}
