using System.Net;
using System.Security.Cryptography;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

[Trait("Category", "Slow")]
public sealed class LakeExportStoreTests
{
    private static readonly byte[] s_bytes = RandomNumberGenerator.GetBytes(1_000_000);

    [Theory]
    [InlineData("lake")]
    [InlineData("flat")]
    public async Task A_file_is_found_and_read(string account)
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put(account, "data", "AWSDynamoDB/1 2/data/x.json.gz", s_bytes);
        LakeExportStore store = Open(storage, account);

        StoredFile? file = await store.FindAsync("AWSDynamoDB/1 2/data/x.json.gz", default);

        Assert.NotNull(file);
        Assert.Equal((s_bytes.Length, Convert.ToBase64String(MD5.HashData(s_bytes))), (file.Length, file.ContentMd5));
        Assert.Equal(s_bytes, await ReadAsync(store, file));
        Assert.Null(await store.FindAsync("AWSDynamoDB/none", default));
        Assert.Null(await store.FindAsync("AWSDynamoDB", default));
    }

    [Theory]
    [InlineData("lake")]
    [InlineData("flat")]
    public async Task A_file_is_found_and_opened_with_one_request(string account)
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put(account, "data", "folder/x", s_bytes);
        storage.Put(account, "data", "folder/empty", Array.Empty<byte>());
        LakeExportStore store = Open(storage, account);
        StoredFile file = (await store.FindAsync("folder/x", default))!;
        storage.Log.Clear();

        OpenedFile opened = (await store.TryOpenReadAsync("folder/x", default))!;
        await using Stream stream = opened.Content;
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        OpenedFile empty = (await store.TryOpenReadAsync("folder/empty", default))!;
        await using Stream nothing = empty.Content;

        Assert.Equal(file, opened.File);
        Assert.Equal(s_bytes, read.ToArray());
        Assert.Equal((0, 0), (empty.File.Length, await nothing.ReadAsync(new byte[1])));
        Assert.Equal(2, storage.Log.Requests);
        Assert.Null(await store.TryOpenReadAsync("none", default));
        Assert.Null(await store.TryOpenReadAsync("folder", default));
    }

    [Fact]
    public async Task A_file_that_was_opened_at_once_goes_on_where_the_download_broke()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put("lake", "data", "x", s_bytes);
        LakeExportStore store = Open(storage, "lake");
        for (int i = 0; i < 12; i++) storage.Faults.Add(BlobFault.Truncate(60_000), "GetBlob");

        await using Stream stream = (await store.TryOpenReadAsync("x", default))!.Content;
        using MemoryStream read = new();
        await stream.CopyToAsync(read);

        Assert.Equal(s_bytes, read.ToArray());
        Assert.Equal(13, storage.Log.Entries.Count(entry => entry.Operation == "GetBlob"));
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_broke()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put("lake", "data", "x", s_bytes);
        LakeExportStore store = Open(storage, "lake");
        StoredFile file = (await store.FindAsync("x", default))!;
        for (int i = 0; i < 12; i++) storage.Faults.Add(BlobFault.Truncate(60_000), "GetBlob");

        byte[] read = await ReadAsync(store, file);

        Assert.Equal(s_bytes, read);
        Assert.Equal(13, storage.Log.Entries.Count(entry => entry.Operation == "GetBlob"));
    }

    [Fact]
    public async Task A_file_that_is_replaced_in_mid_read_is_an_error()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put("lake", "data", "x", s_bytes);
        LakeExportStore store = Open(storage, "lake");
        StoredFile file = (await store.FindAsync("x", default))!;
        storage.Faults.Add(BlobFault.Truncate(500_000), "GetBlob");
        await using Stream stream = await store.OpenReadAsync(file, default);
        storage.Put("lake", "data", "x", new byte[s_bytes.Length]);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => stream.CopyToAsync(Stream.Null));

        Assert.Equal("ExportFileChanged", error.ErrorId);
    }

    [Fact]
    public async Task A_file_that_vanished_is_an_error()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put("lake", "data", "x", s_bytes);
        LakeExportStore store = Open(storage, "lake");
        StoredFile file = (await store.FindAsync("x", default))!;
        storage.Remove("lake", "data", "x");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.OpenReadAsync(file, default));

        Assert.Equal("ExportFileMissing", error.ErrorId);
    }

    [Theory]
    [InlineData("lake")]
    [InlineData("flat")]
    public async Task Files_are_listed_in_the_order_of_their_keys_and_directories_left_out(string account)
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync(new() { MaxListResults = 2 });
        string[] keys = ["p/a!b", "p/a-b", "p/a/1", "p/a/x/2", "p/a0", "q"];
        foreach (string key in keys.Reverse()) storage.Put(account, "data", key, new byte[3]);
        LakeExportStore store = Open(storage, account);

        List<StoredFile> listed = [];
        await foreach (StoredFile file in store.ListAsync("p/", default)) listed.Add(file);

        Assert.Equal(keys[..^1], listed.Select(file => file.Key));
        Assert.All(listed, file => Assert.Equal(storage.Find(account, "data", file.Key)!.ETag, file.ETag));
    }

    [Theory]
    [InlineData("AuthorizationPermissionMismatch", 403, "LakePermissionMissing", "Storage Blob Data Reader")]
    [InlineData("KeyBasedAuthenticationNotPermitted", 403, "LakeKeysDisabled", Setting.AzureCredential)]
    [InlineData("AuthenticationFailed", 403, "LakeKeyRefused", Setting.LakeKey)]
    [InlineData("AuthorizationFailure", 403, "LakeNetworkDenied", "network")]
    [InlineData("InvalidAuthenticationInfo", 401, "LakeTokenRefused", Setting.TenantId)]
    [InlineData("OutOfRangeInput", 400, "LakeCallFailed", "OutOfRangeInput")]
    public async Task A_refusal_says_what_to_do(string code, int status, string errorId, string says)
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Faults.Add(BlobFault.Refuse(status, code), times: -1);
        LakeExportStore store = Open(storage, "lake");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("x", default));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(3, "LakeTokenRefused")]
    public async Task A_refused_token_is_tried_again_twice_since_it_may_have_expired_on_its_way(int times, string? errorId)
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        storage.Put("lake", "data", "x", new byte[3]);
        storage.Faults.Add(BlobFault.Refuse(401, "InvalidAuthenticationInfo"), times: times);
        LakeExportStore store = Open(storage, "lake");
        if (errorId is null) Assert.NotNull(await store.FindAsync("x", default));
        else Assert.Equal(errorId, (await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("x", default))).ErrorId);
    }

    [Fact]
    public async Task A_file_system_that_is_not_there_is_named()
    {
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        LakeExportStore store = Open(storage, "lake");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("x", default));

        Assert.Equal("LakeFileSystemNotFound", error.ErrorId);
        Assert.Contains("'data'", error.Message);
    }

    [Fact]
    public async Task A_key_that_is_not_base64_is_refused_before_any_call()
    {
        using CloudConnections clouds = new();
        await using BlobStandIn storage = await BlobStandIn.StartAsync();
        AzureSettings settings = new() { AccountKey = Secret.From(new NetworkCredential("", "not base64!").SecurePassword) };

        MigrationException error = Assert.Throws<MigrationException>(() =>
            LakeExportStore.Open(new(storage.AccountEndpoint("lake") + "/data/"), settings, clouds.Lakes));

        Assert.Equal("LakeKeyMalformed", error.ErrorId);
        Assert.DoesNotContain("not base64!", error.ToString());
        Assert.Empty(storage.Log.Entries);
    }

    [Fact]
    public void A_token_is_not_sent_over_plain_http()
    {
        using CloudConnections clouds = new();
        MigrationException error = Assert.Throws<MigrationException>(() =>
            LakeExportStore.Open(new("http://127.0.0.1:1/lake/data/"), new(), clouds.Lakes));

        Assert.Equal("LakeTokenNeedsHttps", error.ErrorId);
    }

    [Fact]
    public async Task An_unreachable_account_is_a_connection_error()
    {
        using CloudConnections clouds = new();
        LakeLocation lake = LakeLocation.Parse(new("http://127.0.0.1:1/lake/data/"));
        LakeExportStore store = new(lake, LakeClient.Create(lake, Key(Convert.ToBase64String(new byte[64])), clouds.Azure,
            LakeTests.FastRetries));

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("x", default));

        Assert.Equal("LakeNotReachable", error.ErrorId);
    }

    [Fact]
    public async Task An_account_without_an_address_does_not_exist()
    {
        using CloudConnections clouds = new();
        LakeLocation lake =
            LakeLocation.Of("nosuchaccount", "data", "", new("https://nosuchaccount.blob.invalid/"), AzureEnvironment.AzureCloud);
        LakeExportStore store = new(lake, LakeClient.Create(lake, Key(Convert.ToBase64String(new byte[64])), clouds.Azure,
            LakeTests.FastRetries));

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("x", default));

        Assert.Equal("LakeAccountNotFound", error.ErrorId);
    }

    private static LakeExportStore Open(BlobStandIn storage, string account) => LakeTests.Store(storage, account, "data");

    private static AzureSettings Key(string key) => LakeTests.Key(key);

    private static async Task<byte[]> ReadAsync(LakeExportStore store, StoredFile file)
    {
        await using Stream stream = await store.OpenReadAsync(file, default);
        using MemoryStream bytes = new();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
