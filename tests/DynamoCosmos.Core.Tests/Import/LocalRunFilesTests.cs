using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

public sealed class LocalRunFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_checkpoint_is_made_replaced_and_read_back()
    {
        LocalCheckpointFile file = new(Path.Combine(_folder, "new", "c.json"));
        Assert.Null(await file.ReadAsync(default));
        string first = await file.WriteAsync("one"u8.ToArray(), null, default);
        string second = await file.WriteAsync("other"u8.ToArray(), first, default);
        CheckpointText read = (await file.ReadAsync(default))!;
        Assert.Equal(("other", second), (Encoding.UTF8.GetString(read.Text.Span), read.Version));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_else_changed_or_removed_or_made_is_not_replaced()
    {
        LocalCheckpointFile file = new(Path.Combine(_folder, "c.json"));
        string version = await file.WriteAsync("one"u8.ToArray(), null, default);
        Assert.Equal("CheckpointChanged", (await FailAsync(() => file.WriteAsync("two"u8.ToArray(), null, default))).ErrorId);
        File.WriteAllText(file.Location, "by hand");
        Assert.Equal("CheckpointChanged", (await FailAsync(() => file.WriteAsync("two"u8.ToArray(), version, default))).ErrorId);
        File.Delete(file.Location);
        Assert.Equal("CheckpointChanged", (await FailAsync(() => file.WriteAsync("two"u8.ToArray(), version, default))).ErrorId);
    }

    [Fact]
    public async Task What_a_crash_left_half_written_beside_the_checkpoint_does_no_harm()
    {
        LocalCheckpointFile file = new(Path.Combine(_folder, "c.json"));
        string version = await file.WriteAsync("one"u8.ToArray(), null, default);
        File.WriteAllText(file.Location + ".next", "tw");
        Assert.Equal("one", Encoding.UTF8.GetString((await file.ReadAsync(default))!.Text.Span));
        await file.WriteAsync("three"u8.ToArray(), version, default);
        Assert.Equal("three", File.ReadAllText(file.Location));
    }

    [Fact]
    public async Task A_checkpoint_is_held_by_one_run_at_a_time_which_is_named()
    {
        LocalCheckpointFile file = new(Path.Combine(_folder, "c.json")), other = new(Path.Combine(_folder, "c.json"));
        IRunHold hold = await file.HoldAsync("process 1 on here", default);
        MigrationException error = await FailAsync(() => other.HoldAsync("process 2", default));
        Assert.Equal("RunAlreadyActive", error.ErrorId);
        Assert.Contains("process 1 on here", error.Message);
        await hold.DisposeAsync();
        await (await other.HoldAsync("process 2", default)).DisposeAsync();
    }

    [Fact]
    public async Task The_name_that_a_dead_holder_left_does_not_stop_the_next_run()
    {
        LocalCheckpointFile file = new(Path.Combine(_folder, "c.json"));
        File.WriteAllText(file.Location + ".holder", "process 1, dead");
        File.WriteAllText(file.Location + ".lock", "");
        await (await file.HoldAsync("process 2", default)).DisposeAsync();
        Assert.False(File.Exists(file.Location + ".holder"));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_an_error_that_names_the_parameter()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        LocalCheckpointFile file = new(Path.Combine(_folder, "file", "c.json"));
        MigrationException error = await FailAsync(() => file.HoldAsync("me", default));
        Assert.Equal("CheckpointNotWritable", error.ErrorId);
        Assert.Contains(Setting.CheckpointPath, error.Message);
        Assert.Equal("RejectionFileNotWritable",
            (await FailAsync(() => new LocalRejectionFile(Path.Combine(_folder, "file", "r"))
            .AppendAsync(0, "x\n"u8.ToArray(), default))).ErrorId);
    }

    [Fact]
    public async Task Only_another_run_is_reported_as_one_and_not_a_disk_that_cannot_be_written()
    {
        // As on a read-only disk, the folder is there and the lock file cannot be made: its name is too long, or leads in a circle.
        LocalCheckpointFile longName = new(Path.Combine(_folder, new string('c', 252)));
        Assert.Equal("CheckpointNotWritable", (await FailAsync(() => longName.HoldAsync("me", default))).ErrorId);
        LocalRejectionFile longRejects = new(Path.Combine(_folder, new string('r', 252)));
        Assert.Equal("RejectionFileNotWritable", (await FailAsync(() => longRejects.HoldAsync("me", default))).ErrorId);
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(Path.Combine(_folder, "c.json.lock"), Path.Combine(_folder, "c.json.lock"));
        Assert.Equal("CheckpointNotWritable",
            (await FailAsync(() => new LocalCheckpointFile(Path.Combine(_folder, "c.json")).HoldAsync("me", default))).ErrorId);
    }

    [Fact]
    public async Task A_holder_that_cannot_be_named_lets_go_of_the_lock()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "c.json.holder"));
        LocalCheckpointFile file = new(Path.Combine(_folder, "c.json"));
        Assert.Equal("CheckpointNotWritable", (await FailAsync(() => file.HoldAsync("me", default))).ErrorId);
        Directory.Delete(Path.Combine(_folder, "c.json.holder"));
        await (await file.HoldAsync("me", default)).DisposeAsync();
    }

    [Fact]
    public async Task Rejections_are_held_by_one_run_at_a_time_which_is_named()
    {
        LocalRejectionFile file = new(Path.Combine(_folder, "r.ndjson")), other = new(Path.Combine(_folder, "r.ndjson"));
        IAsyncDisposable hold = await file.HoldAsync("process 1 on here", default);
        MigrationException error = await FailAsync(() => other.HoldAsync("process 2", default));
        Assert.Equal("RejectionFileShared", error.ErrorId);
        Assert.Contains("process 1 on here", error.Message);
        await hold.DisposeAsync();
        await (await other.HoldAsync("process 2", default)).DisposeAsync();
    }

    [Fact]
    public async Task Rejections_are_cut_to_what_is_claimed_and_go_on_there()
    {
        LocalRejectionFile file = new(Path.Combine(_folder, "new", "r.ndjson"));
        Assert.Equal(0, await file.GetLengthAsync(default));
        await file.AppendAsync(0, default, default);
        Assert.False(File.Exists(file.Location));
        await file.AppendAsync(0, "one\n"u8.ToArray(), default);
        await file.AppendAsync(4, "two\n"u8.ToArray(), default);
        await file.AppendAsync(4, "2\n"u8.ToArray(), default);
        Assert.Equal("one\n2\n", File.ReadAllText(file.Location));
        await file.AppendAsync(4, default, default);
        Assert.Equal("one\n", File.ReadAllText(file.Location));
        Assert.Equal(4, await file.GetLengthAsync(default));
    }

    [Fact]
    public async Task Rejections_that_are_shorter_than_what_is_claimed_are_an_error()
    {
        LocalRejectionFile file = new(Path.Combine(_folder, "r.ndjson"));
        await file.AppendAsync(0, "one\n"u8.ToArray(), default);
        Assert.Equal("RejectionFileNotWritable", (await FailAsync(() => file.AppendAsync(8, "two\n"u8.ToArray(), default))).ErrorId);
        Assert.Equal("one\n", File.ReadAllText(file.Location));
    }

    [Fact]
    public async Task Rejections_that_are_not_there_cannot_be_read() =>
        Assert.Equal("RejectionFileMissing",
            (await FailAsync(() => new LocalRejectionFile(Path.Combine(_folder, "none")).OpenReadAsync(default))).ErrorId);

    private static Task<MigrationException> FailAsync(Func<Task> act) => Assert.ThrowsAsync<MigrationException>(act);
}
