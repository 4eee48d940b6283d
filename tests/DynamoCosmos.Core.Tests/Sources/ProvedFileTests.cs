using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

public sealed class ProvedFileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    [InlineData(3_000_000)]
    public async Task What_was_proved_is_what_is_read(int length)
    {
        RemoteFile store = new(Bytes(length));
        await using Stream proved = await ProvedFile.OpenAsync(store, store.File.Key, store.Claims, default);
        Assert.Equal(store.Content, await ReadAsync(proved));
        Assert.Equal(1, store.Downloads);
    }

    [Fact]
    public async Task A_large_file_is_kept_on_disk_under_no_name()
    {
        RemoteFile store = new(Bytes(3_000_000));
        string[] before = Directory.GetFiles(Path.GetTempPath(), "dynamocosmos-*.gz");
        await using Stream proved = await ProvedFile.OpenAsync(store, store.File.Key, store.Claims, default);
        Assert.IsType<FileStream>(proved);
        Assert.Equal(before, Directory.GetFiles(Path.GetTempPath(), "dynamocosmos-*.gz"));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(3_000_000)]
    public async Task What_went_wrong_on_the_way_is_fetched_again(int length)
    {
        RemoteFile store = new(Bytes(length)) { Flips = 1 };
        await using Stream proved = await ProvedFile.OpenAsync(store, store.File.Key, store.Claims, default);
        Assert.Equal(store.Content, await ReadAsync(proved));
        Assert.Equal(2, store.Downloads);
    }

    [Fact]
    public async Task What_lies_wrong_is_an_error_before_anything_is_read()
    {
        RemoteFile store = new(Bytes(10_000)) { Flips = int.MaxValue };
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
            ProvedFile.OpenAsync(store, store.File.Key, store.Claims, default));
        Assert.Equal("DataFileMd5Mismatch", error.ErrorId);
        Assert.Equal(2, store.Downloads);
    }

    [Fact]
    public async Task A_file_on_disk_is_read_where_it_lies()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dynamocosmos-proved-");
        try
        {
            byte[] content = Bytes(10_000);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "a.gz"), content);
            LocalExportStore store = new(folder.FullName);
            DataFileClaims claims = new(new("file:///a.gz"), 1, Convert.ToBase64String(MD5.HashData(content)));
            await using (Stream proved = await ProvedFile.OpenAsync(store, "a.gz", claims, default)) Assert.Equal(content,
                await ReadAsync(proved));
            MigrationException error = await Assert.ThrowsAsync<MigrationException>(() =>
                ProvedFile.OpenAsync(store, "a.gz", claims with { Md5 = "AAAAAAAAAAAAAAAAAAAAAA==" }, default));
            Assert.Equal("DataFileMd5Mismatch", error.ErrorId);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_claim_there_is_nothing_to_prove()
    {
        RemoteFile store = new(Bytes(100));
        await using Stream stored = await ProvedFile.OpenAsync(store, store.File.Key, store.Claims with { Md5 = null }, default);
        Assert.Equal(store.Content, await ReadAsync(stored));
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    /// <summary>One file somewhere else, whose first downloads have a wrong bit.</summary>
    private sealed class RemoteFile(byte[] content) : IExportStore
    {
        public Uri Root => new("https://lake.example/exports/");

        internal byte[] Content { get; } = content;

        internal StoredFile File { get; } = new("a.gz", content.Length, "\"1\"");

        internal DataFileClaims Claims { get; } =
            new(new("https://lake.example/exports/a.gz"), 1, Convert.ToBase64String(MD5.HashData(content)));

        internal int Flips { get; init; }

        internal int Downloads { get; private set; }

        public Task<StoredFile?> FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult<StoredFile?>(File);

        public Task<Stream> OpenReadAsync(StoredFile file, CancellationToken cancellationToken)
        {
            byte[] sent = [.. Content];
            if (Downloads++ < Flips) sent[sent.Length / 2] ^= 4;
            return Task.FromResult<Stream>(new MemoryStream(sent, writable: false));
        }

        public async IAsyncEnumerable<StoredFile> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return File;
        }
    }
}
