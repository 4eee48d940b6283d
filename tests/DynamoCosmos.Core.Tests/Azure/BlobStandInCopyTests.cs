using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.AspNetCore.Http;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Copies that the service makes itself.</summary>
public sealed class BlobStandInCopyTests
{
    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(200_000);

    [Fact]
    public async Task A_copy_from_a_URL_passes_no_byte_through_the_client()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(source: BlobStandInFixture.Serve(s_bytes));
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "x/copy");

        await blob.SyncUploadFromUriAsync(fixture.Source(), Proved(s_bytes));

        Assert.Equal(s_bytes, fixture.Storage.Find("lake", "data", "x/copy")!.Content.ToArray());
        Assert.Equal((0, s_bytes.Length), (fixture.Storage.Log.BytesReceived, fixture.Storage.Log.BytesFetched));
        Assert.Equal(MD5.HashData(s_bytes), (await blob.GetPropertiesAsync()).Value.ContentHash);
    }

    [Fact]
    public async Task A_source_of_another_MD5_is_refused()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(source: BlobStandInFixture.Serve(s_bytes));
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "copy");

        RequestFailedException error =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.SyncUploadFromUriAsync(fixture.Source(), Proved([1, 2, 3])));

        Assert.Equal((400, "Md5Mismatch"), (error.Status, error.ErrorCode));
        Assert.Null(fixture.Storage.Find("lake", "data", "copy"));
    }

    [Fact]
    public async Task A_source_over_the_limit_is_refused_and_comes_in_blocks()
    {
        await using BlobStandInFixture fixture =
            await BlobStandInFixture.StartAsync(new() { MaxPutBlobFromUrlBytes = 150_000 }, BlobStandInFixture.Serve(s_bytes));
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "copy");
        string[] ids = [Convert.ToBase64String("1"u8), Convert.ToBase64String("2"u8)];

        RequestFailedException error =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.SyncUploadFromUriAsync(fixture.Source(), Proved(s_bytes)));
        await blob.StageBlockFromUriAsync(fixture.Source(), ids[0], new() { SourceRange = new(0, 150_000) });
        await blob.StageBlockFromUriAsync(fixture.Source(), ids[1],
            new() { SourceRange = new(150_000, 50_000), SourceContentHash = MD5.HashData(s_bytes.AsSpan(150_000)) });
        await blob.CommitBlockListAsync(ids);

        Assert.Equal(409, error.Status);
        Assert.Equal(s_bytes, fixture.Storage.Find("flat", "data", "copy")!.Content.ToArray());
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_source_that_refuses_is_named_with_its_status(int status)
    {
        await using BlobStandInFixture fixture =
            await BlobStandInFixture.StartAsync(source: http => Results.StatusCode(status).ExecuteAsync(http));
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "copy");

        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.SyncUploadFromUriAsync(fixture.Source(), new BlobSyncUploadFromUriOptions()));

        Assert.Equal((status, "CannotVerifyCopySource"), (error.Status, error.ErrorCode));
    }

    [Theory]
    [InlineData("https://s3.example.com/bucket/key")]
    [InlineData("http://127.0.0.1:1/nobody")]
    public async Task A_source_out_of_reach_cannot_be_verified(string source)
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "copy");

        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.SyncUploadFromUriAsync(new(source), new BlobSyncUploadFromUriOptions()));

        Assert.Equal((500, "CannotVerifyCopySource"), (error.Status, error.ErrorCode));
    }

    private static BlobSyncUploadFromUriOptions Proved(byte[] bytes) =>
        new() { ContentHash = MD5.HashData(bytes), HttpHeaders = new() { ContentHash = MD5.HashData(bytes) } };
}
