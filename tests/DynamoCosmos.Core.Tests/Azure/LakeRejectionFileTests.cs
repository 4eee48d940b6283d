using System.Text;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

public sealed class LakeRejectionFileTests : IAsyncLifetime
{
    private BlobStandIn _storage = null!;

    public async Task InitializeAsync()
    {
        _storage = await BlobStandIn.StartAsync();
        _storage.CreateContainer("lake", "data");
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task Lines_are_added_at_the_end()
    {
        await using IRejectionFile file = Open();

        Assert.Equal(0, await file.GetLengthAsync(default));
        await AppendAsync(file, 0, "one\n");
        await AppendAsync(file, 4, "two\n");
        await AppendAsync(Open(), 8, "three\n");

        Assert.Equal("one\ntwo\nthree\n", await ReadAsync());
        Assert.Equal(14, await Open().GetLengthAsync(default));
    }

    [Theory]
    [InlineData(4, "new\n", "one\nnew\n")]
    [InlineData(8, "", "one\ntwo\n")]
    [InlineData(0, "new\n", "new\n")]
    [InlineData(0, "", "")]
    public async Task What_a_dead_run_left_is_cut_off(long position, string added, string expected)
    {
        await using IRejectionFile dead = Open();
        await AppendAsync(dead, 0, "one\n");
        await AppendAsync(dead, 4, "two\n");
        await AppendAsync(dead, 8, "left\n");

        await AppendAsync(Open(), position, added);

        Assert.Equal(expected, await ReadAsync());
    }

    [Fact]
    public async Task Many_small_appends_make_few_blocks_and_can_still_be_cut_anywhere()
    {
        await using IRejectionFile file = Open(mergeFrom: 5);
        StringBuilder all = new();
        for (int i = 0; i < 40; i++)
        {
            await AppendAsync(file, all.Length, $"line {i}\n");
            all.Append($"line {i}\n");
        }
        Assert.Equal(all.ToString(), await ReadAsync());
        int keep = all.ToString().IndexOf("line 30", StringComparison.Ordinal);

        await AppendAsync(Open(mergeFrom: 5), keep, "new\n");

        Assert.Equal(all.ToString()[..keep] + "new\n", await ReadAsync());
        // The merged block was cut into what stays of it and what is new.
        Assert.InRange(Blocks(), 5, 6);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_not_made_twice()
    {
        await using IRejectionFile file = Open();
        _storage.Faults.Add(BlobFault.ResetAfter(), "PutBlockList");
        await AppendAsync(file, 0, "one\n");
        _storage.Faults.Add(BlobFault.ActAndRefuse(500, "InternalError"), "PutBlockList");
        await AppendAsync(file, 4, "two\n");
        await AppendAsync(file, 8, "three\n");

        Assert.Equal("one\ntwo\nthree\n", await ReadAsync());
    }

    [Fact]
    public async Task Another_writer_is_noticed()
    {
        await using IRejectionFile file = Open();
        await AppendAsync(file, 0, "one\n");
        await AppendAsync(Open(), 4, "other\n");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => AppendAsync(file, 4, "two\n"));

        Assert.Equal("RejectionFileShared", error.ErrorId);
        Assert.Equal("one\nother\n", await ReadAsync());
    }

    [Fact]
    public async Task Another_writer_is_noticed_after_a_failure_too()
    {
        await using IRejectionFile file = Open();
        await AppendAsync(file, 0, "one\n");
        _storage.Faults.Add(BlobFault.Refuse(403, "AuthorizationFailure"), "PutBlock");
        await Assert.ThrowsAsync<MigrationException>(() => AppendAsync(file, 4, "two\n"));
        await AppendAsync(Open(), 4, "other\n");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => AppendAsync(file, 4, "two\n"));

        Assert.Equal("RejectionFileShared", error.ErrorId);
        Assert.Equal("one\nother\n", await ReadAsync());
    }

    [Fact]
    public async Task A_file_that_is_shorter_than_claimed_is_an_error()
    {
        await using IRejectionFile file = Open();

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => AppendAsync(file, 4, "two\n"));

        Assert.Equal("RejectionFileNotWritable", error.ErrorId);
    }

    [Fact]
    public async Task A_foreign_file_is_left_alone()
    {
        _storage.Put("lake", "data", "rejects.ndjson", "mine"u8.ToArray());
        await using IRejectionFile file = Open();

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => AppendAsync(file, 0, "two\n"));

        Assert.Equal("RejectionFileNotWritable", error.ErrorId);
        Assert.Equal("mine", await ReadAsync());
    }

    [Fact]
    public async Task A_file_that_is_not_there_says_so()
    {
        await using IRejectionFile file = Open();

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => file.OpenReadAsync(default));

        Assert.Equal("RejectionFileMissing", error.ErrorId);
    }

    private int Blocks() => _storage.BlockCount("lake", "data", "rejects.ndjson");

    private static Task AppendAsync(IRejectionFile file, long position, string lines) =>
        file.AppendAsync(position, Encoding.UTF8.GetBytes(lines), default);

    private async Task<string> ReadAsync()
    {
        await using IRejectionFile file = Open();
        using StreamReader reader = new(await file.OpenReadAsync(default));
        return await reader.ReadToEndAsync();
    }

    private LakeRejectionFile Open(int mergeFrom = 10_000)
    {
        LakeLocation lake = LakeTests.Location(_storage, "lake", "data", "rejects.ndjson");
        LakeClient client = LakeClient.Create(lake, LakeTests.Key(_storage, "lake"), TestClouds.Process.Azure, LakeTests.FastRetries);
        return mergeFrom == 10_000 ? new(lake, client) : new(lake, client, mergeFrom);
    }
}
