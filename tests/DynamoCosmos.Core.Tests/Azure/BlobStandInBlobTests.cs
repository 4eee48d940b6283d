using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>The stand-in against Azure.Storage.Blobs: blobs, blocks, appends, conditions, listings.</summary>
public sealed class BlobStandInBlobTests
{
    [Theory]
    [InlineData("lake")]
    [InlineData("flat")]
    public async Task A_blob_comes_back_as_it_was_put(string account)
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlobContainerClient container = await fixture.ContainerAsync(account);
        BlobClient blob = container.GetBlobClient("a/b c/ü+%#?&=.json");
        byte[] bytes = RandomNumberGenerator.GetBytes(3_000_000);

        await blob.UploadAsync(new MemoryStream(bytes), new BlobUploadOptions
        {
            HttpHeaders = new() { ContentType = "text/plain", ContentHash = MD5.HashData(bytes) },
            Metadata = new Dictionary<string, string> { ["made"] = "here" },
        });
        BlobDownloadResult got = await blob.DownloadContentAsync();

        Assert.Equal(bytes, got.Content.ToArray());
        Assert.Equal(MD5.HashData(bytes), got.Details.ContentHash);
        Assert.Equal("text/plain", got.Details.ContentType);
        Assert.Equal("here", got.Details.Metadata["made"]);
        Assert.Equal(bytes.Length, fixture.Storage.Log.BytesReceived);
    }

    [Fact]
    public async Task A_blob_in_blocks_is_joined_in_the_order_of_its_list()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blocks");
        string first = Convert.ToBase64String("0001"u8), second = Convert.ToBase64String("0002"u8);

        await blob.StageBlockAsync(second, new MemoryStream("world"u8.ToArray()));
        await blob.StageBlockAsync(first, new MemoryStream("hello "u8.ToArray()));
        BlockList before = await blob.GetBlockListAsync(BlockListTypes.All);
        await blob.CommitBlockListAsync([first, second],
            new CommitBlockListOptions { HttpHeaders = new() { ContentHash = MD5.HashData("hello world"u8) } });
        BlobProperties properties = await blob.GetPropertiesAsync();

        Assert.Equal(2, before.UncommittedBlocks.Count());
        Assert.Equal("hello world", (await blob.DownloadContentAsync()).Value.Content.ToString());
        Assert.Equal(MD5.HashData("hello world"u8), properties.ContentHash);
        Assert.Equal(2, (await blob.GetBlockListAsync()).Value.CommittedBlocks.Count());
    }

    [Fact]
    public async Task An_unknown_block_spoils_the_list()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blocks");

        RequestFailedException error =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.CommitBlockListAsync([Convert.ToBase64String("none"u8)]));

        Assert.Equal((400, "InvalidBlockList"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task Content_of_another_MD5_is_refused()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blob");
        BlockBlobStageBlockOptions options = new()
        {
            TransferValidation = new()
            {
                ChecksumAlgorithm = StorageChecksumAlgorithm.MD5,
                PrecalculatedChecksum = MD5.HashData("other"u8)
            }
        };

        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.StageBlockAsync(Convert.ToBase64String("1"u8), new MemoryStream("this"u8.ToArray()), options));

        Assert.Equal((400, "Md5Mismatch"), (error.Status, error.ErrorCode));
        Assert.Null(fixture.Storage.Find("flat", "data", "blob"));
    }

    [Fact]
    public async Task Ranges_are_read_of_the_version_that_was_asked_for()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "blob");
        BlobContentInfo first = await blob.UploadAsync(new MemoryStream("0123456789"u8.ToArray()));
        BlobDownloadOptions options = new() { Range = new(3, 4), Conditions = new() { IfMatch = first.ETag } };

        string part = (await blob.DownloadContentAsync(options)).Value.Content.ToString();
        await blob.UploadAsync(new MemoryStream("abcdefghij"u8.ToArray()));
        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadContentAsync(options));

        Assert.Equal("3456", part);
        Assert.Equal((412, "ConditionNotMet"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task Only_one_of_two_creators_wins()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "one");
        BlobUploadOptions onlyNew = new() { Conditions = new() { IfNoneMatch = ETag.All } };

        await blob.UploadAsync(new MemoryStream([1]), onlyNew);
        RequestFailedException error =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(new MemoryStream([2]), onlyNew));

        Assert.Equal((409, "BlobAlreadyExists"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task An_append_lands_only_where_it_was_meant_to()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        AppendBlobClient blob = (await fixture.ContainerAsync("lake")).GetAppendBlobClient("log");
        await blob.CreateAsync();

        BlobAppendInfo first =
            await blob.AppendBlockAsync(new MemoryStream("one,"u8.ToArray()), new() { Conditions = new() { IfAppendPositionEqual = 0 } });
        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.AppendBlockAsync(new MemoryStream("one,"u8.ToArray()), new() { Conditions = new() { IfAppendPositionEqual = 0 } }));
        await blob.AppendBlockAsync(new MemoryStream("two"u8.ToArray()), new() { Conditions = new() { IfAppendPositionEqual = 4 } });

        Assert.Equal("0", first.BlobAppendOffset);
        Assert.Equal((412, "AppendPositionConditionNotMet"), (error.Status, error.ErrorCode));
        Assert.Equal("one,two", Encoding.UTF8.GetString(fixture.Storage.Find("lake", "data", "log")!.Content.ToArray()));
    }

    [Fact]
    public async Task Headers_and_metadata_are_replaced_as_a_whole()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blob");
        await blob.UploadAsync(new MemoryStream([1]), new BlobUploadOptions { HttpHeaders = new() { ContentType = "a/b" } });

        await blob.SetHttpHeadersAsync(new() { ContentHash = MD5.HashData([1]) });
        await blob.SetMetadataAsync(new Dictionary<string, string> { ["k"] = "v" });
        BlobProperties properties = await blob.GetPropertiesAsync();

        Assert.Equal("application/octet-stream", properties.ContentType);
        Assert.Equal(MD5.HashData([1]), properties.ContentHash);
        Assert.Equal("v", properties.Metadata["k"]);
    }

    [Fact]
    public async Task A_listing_comes_in_pages_and_in_order()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(new() { MaxListResults = 3 });
        string[] names = ["a-b", "a/1", "a/2", "a/3", "a/x/4", "b", "c"];
        foreach (string name in names.Reverse()) fixture.Storage.Put("flat", "data", name, new byte[name.Length]);
        BlobContainerClient container = await fixture.ContainerAsync("flat");

        List<string> all = await NamesAsync(container, null), some = await NamesAsync(container, "a/");
        List<BlobHierarchyItem> top = [];
        await foreach (BlobHierarchyItem item in container.GetBlobsByHierarchyAsync(new() { Delimiter = "/" })) top.Add(item);

        Assert.Equal(names, all);
        Assert.Equal(["a/1", "a/2", "a/3", "a/x/4"], some);
        Assert.Equal(["a-b", "a/", "b", "c"], top.Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name)
            .Order(StringComparer.Ordinal));
        Assert.Equal(3 + 2 + 2, fixture.Storage.Log.Entries.Count(entry => entry.Operation == "ListBlobs"));
    }

    [Fact]
    public async Task A_hierarchical_account_shows_its_directories_and_walks_them_as_a_tree()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        fixture.Storage.Put("lake", "data", "a-b", new byte[1]);
        fixture.Storage.Put("lake", "data", "a/x/1", new byte[1]);
        BlobContainerClient container = await fixture.ContainerAsync("lake");

        List<BlobItem> all = [];
        await foreach (BlobItem item in container.GetBlobsAsync(new() { Traits = BlobTraits.Metadata })) all.Add(item);
        AccountInfo account = await fixture.Service("lake").GetAccountInfoAsync();

        Assert.Equal(["a", "a/x", "a/x/1", "a-b"], all.Select(item => item.Name));
        Assert.Equal(["a", "a/x"], all.Where(item => item.Metadata.ContainsKey("hdi_isfolder")).Select(item => item.Name));
        Assert.True(account.IsHierarchicalNamespaceEnabled);
    }

    [Fact]
    public async Task A_file_of_a_hierarchical_account_cannot_be_a_directory_too()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlobContainerClient container = await fixture.ContainerAsync("lake");
        await container.GetBlobClient("a/file").UploadAsync(BinaryData.FromString("x"));

        RequestFailedException below = await Assert.ThrowsAsync<RequestFailedException>(() => container.GetBlobClient("a/file/b")
            .UploadAsync(BinaryData.FromString("x")));
        RequestFailedException over = await Assert.ThrowsAsync<RequestFailedException>(() => container.GetBlobClient("a")
            .UploadAsync(BinaryData.FromString("x"), overwrite: true));

        Assert.Equal("PathConflict", below.ErrorCode);
        Assert.Equal("PathConflict", over.ErrorCode);
    }

    private static async Task<List<string>> NamesAsync(BlobContainerClient container, string? prefix)
    {
        List<string> names = [];
        await foreach (BlobItem item in container.GetBlobsAsync(new() { Prefix = prefix })) names.Add(item.Name);
        return names;
    }
}
