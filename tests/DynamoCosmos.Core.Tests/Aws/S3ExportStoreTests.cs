using System.Security.Cryptography;
using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Core.Tests.Aws;

[Trait("Category", "Slow")]
public sealed class S3ExportStoreTests : IAsyncLifetime
{
    private AwsStandIn _aws = null!;
    private readonly CloudConnections _clouds = new();
    private S3ExportStore _store = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync();
        _aws.S3.CreateBucket("exports");
        _store = new("exports", _clouds.Aws.Get(_aws.Settings()));
    }

    public async Task DisposeAsync()
    {
        _clouds.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_location_leads_to_bucket_and_folder_whatever_the_prefix_is_made_of()
    {
        Uri location = S3Location.Of("exports", "a b/é+#%20/AWSDynamoDB/01-ab/");
        ExportFolder folder = S3ExportStore.Open(location, _aws.Settings(), _clouds.Aws);
        Assert.Equal("a b/é+#%20/AWSDynamoDB/01-ab/", folder.Path);
        Assert.Equal(location, folder.Location);
        _aws.S3["exports"].Put(folder.Path + "x", [1, 2]);
        Assert.Equal(2, (await folder.Store.FindAsync(folder.Path + "x", default))!.Length);
    }

    [Theory]
    [InlineData("s3:///no/bucket")]
    [InlineData("s3://bucket/key?x=1")]
    public void A_location_without_a_bucket_or_with_a_query_is_an_error(string location) =>
        Assert.Equal("S3LocationInvalid", Assert.Throws<MigrationException>(() =>
            S3ExportStore.Open(new(location), _aws.Settings(), _clouds.Aws)).ErrorId);

    [Fact]
    public async Task A_listing_goes_through_all_pages()
    {
        for (int number = 0; number < 2345; number++) _aws.S3["exports"].Put($"p/{number:D5}", [1]);
        List<string> keys = [];
        await foreach (StoredFile file in _store.ListAsync("p/", default)) keys.Add(file.Key);
        Assert.Equal(_aws.S3["exports"].Keys, keys);
    }

    [Fact]
    public async Task A_read_goes_on_where_the_connection_broke_however_often()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        _aws.S3["exports"].Put("k", content);
        StoredFile file = (await _store.FindAsync("k", default))!;
        for (int number = 0; number < 7; number++) _aws.Add(AwsFault.CutBody("GetObject", 100_000));
        _aws.ClearRequests();
        await using Stream stream = await _store.OpenReadAsync(file, default);
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
        IEnumerable<string?> ranges =
            _aws.Requests.Where(static request => request.Operation == "GetObject").Select(static request => request.Range);
        Assert.Equal(8, ranges.Distinct().Count());
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 3)]
    public async Task A_file_is_found_and_opened_with_one_request_unless_it_is_empty(int length, int requests)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        _aws.S3["exports"].Put("k", content);
        StoredFile file = (await _store.FindAsync("k", default))!;
        _aws.ClearRequests();
        OpenedFile opened = (await _store.TryOpenReadAsync("k", default))!;
        Assert.Equal(file, opened.File);
        await using Stream stream = opened.Content;
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
        Assert.InRange(_aws.Requests.Count, 1, requests);
    }

    [Fact]
    public async Task A_file_that_was_opened_at_once_goes_on_where_the_connection_broke_and_one_that_is_not_there_is_none()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        _aws.S3["exports"].Put("k", content);
        for (int number = 0; number < 3; number++) _aws.Add(AwsFault.CutBody("GetObject", 100_000));
        await using Stream stream = (await _store.TryOpenReadAsync("k", default))!.Content;
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        Assert.Equal(content, read.ToArray());
        Assert.Null(await _store.TryOpenReadAsync("none", default));
        _aws.Options.Credentials[0].Deny("s3:GetObject");
        Assert.Equal("AwsAccessDenied", (await Assert.ThrowsAsync<MigrationException>(() =>
            _store.TryOpenReadAsync("k", default))).ErrorId);
    }

    [Fact]
    public async Task A_read_that_never_gets_further_ends_in_an_error()
    {
        _aws.S3["exports"].Put("k", new byte[200_000]);
        StoredFile file = (await _store.FindAsync("k", default))!;
        await using Stream stream = await _store.OpenReadAsync(file, default);
        _aws.Add(AwsFault.CutBody("GetObject", 0, times: 100));
        // What is on its way already still comes.
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(async () =>
        {
            await using Stream second = await _store.OpenReadAsync(file, default);
            await second.CopyToAsync(Stream.Null);
        });
        Assert.Equal("AwsNotReachable", error.ErrorId);
    }

    [Fact]
    public async Task A_file_that_was_replaced_between_two_reads_is_an_error_and_not_a_mixture()
    {
        _aws.S3["exports"].Put("k", new byte[500_000]);
        StoredFile file = (await _store.FindAsync("k", default))!;
        _aws.Add(AwsFault.CutBody("GetObject", 100_000));
        await using Stream stream = await _store.OpenReadAsync(file, default);
        _aws.S3["exports"].Put("k", RandomNumberGenerator.GetBytes(500_000));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal("ExportFileChanged", error.ErrorId);
        _aws.S3["exports"].Remove("k");
        Assert.Equal("ExportFileMissing",
            (await Assert.ThrowsAsync<MigrationException>(() => _store.OpenReadAsync(file, default))).ErrorId);
    }

    [Fact]
    public async Task A_cancelled_read_ends_at_once()
    {
        _aws.S3["exports"].Put("k", new byte[50_000_000]);
        StoredFile file = (await _store.FindAsync("k", default))!;
        await using Stream stream = await _store.OpenReadAsync(file, default);
        using CancellationTokenSource stop = new();
        Assert.True(await stream.ReadAsync(new byte[10], stop.Token) > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.CopyToAsync(Stream.Null, stop.Token));
    }

    [Fact]
    public async Task A_silent_connection_is_given_up_and_opened_anew()
    {
        SilentFile source = new();
        await using ResumingStream stream = new(source, 5, new("s3://b/k"), silence: TimeSpan.FromMilliseconds(100));
        byte[] bytes = new byte[5];
        await stream.ReadExactlyAsync(bytes);
        Assert.Equal([0, 1, 2, 3, 4], bytes);
        Assert.Equal([0, 2, 4], source.OpenedAt);
    }

    [Fact]
    public async Task An_empty_file_needs_no_request()
    {
        _aws.S3["exports"].Put("k", []);
        StoredFile file = (await _store.FindAsync("k", default))!;
        await using Stream stream = await _store.OpenReadAsync(file, default);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_presigned_URL_reads_one_file_and_nothing_else()
    {
        _aws.S3["exports"].Put("a b/k", [7]);
        Uri url = await _store.CreateReadUrlAsync("a b/k", TimeSpan.FromMinutes(5), default);
        using HttpClient http = new();
        Assert.Equal([7], await http.GetByteArrayAsync(url));
        Assert.Equal(403, (int)(await http.PutAsync(url, new ByteArrayContent([1]))).StatusCode);
    }

    [Theory]
    [InlineData("AKIAUNKNOWN", null, null, null, "AwsCredentialsRejected")]
    [InlineData(null, "wrong", null, null, "AwsCredentialsRejected")]
    [InlineData(null, null, "token", null, "AwsCredentialsRejected")]
    [InlineData(null, null, null, "us-west-2", "AwsRegionWrong")]
    public async Task Who_may_not_in_is_told_why(string? key, string? secret, string? token, string? region, string errorId)
    {
        _aws.S3["exports"].Put("k", [1]);
        S3ExportStore store = new("exports", _clouds.Aws.Get(_aws.Settings(key, secret, token, region)));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("k", default));
        Assert.Equal(errorId, error.ErrorId);
        Assert.DoesNotContain("wrong-secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_permission_is_named()
    {
        _aws.S3["exports"].Put("k", [1]);
        _aws.Options.Credentials[0].Deny("s3:GetObject");
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => _store.FindAsync("k", default));
        Assert.Equal("AwsAccessDenied", error.ErrorId);
        Assert.Contains("s3:GetObject", error.Message, StringComparison.Ordinal);
        _aws.Options.Credentials[0].Deny("s3:ListBucket");
        error = await Assert.ThrowsAsync<MigrationException>(async () => await _store.ListAsync("", default).GetAsyncEnumerator()
            .MoveNextAsync());
        Assert.Contains("s3:ListBucket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_needs_no_permission_to_list()
    {
        _aws.S3["exports"].Put("k", [1]);
        _aws.Options.Credentials[0].Deny("s3:ListBucket");
        Assert.NotNull(await _store.FindAsync("k", default));
    }

    [Fact]
    public async Task A_missing_bucket_and_a_redirect_are_told_apart()
    {
        _aws.S3.CreateBucket("elsewhere", region: "us-west-2");
        S3ExportStore missing = new("no-such-bucket", _clouds.Aws.Get(_aws.Settings()));
        S3ExportStore elsewhere = new("elsewhere", _clouds.Aws.Get(_aws.Settings()));
        Assert.Equal("S3BucketNotFound", (await Assert.ThrowsAsync<MigrationException>(() => missing.FindAsync("k", default))).ErrorId);
        MigrationException redirect = await Assert.ThrowsAsync<MigrationException>(() => elsewhere.FindAsync("k", default));
        Assert.Equal("AwsRegionWrong", redirect.ErrorId);
        Assert.Contains("belongs to us-west-2", redirect.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_endpoint_is_an_error_that_names_it()
    {
        S3ExportStore store = new("exports", _clouds.Aws.Get(_aws.Settings() with { EndpointUrl = new("http://127.0.0.1:9/") }));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.FindAsync("k", default));
        Assert.Equal("AwsNotReachable", error.ErrorId);
        Assert.Contains("http://127.0.0.1:9", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Gives two bytes, then says nothing.</summary>
    private sealed class SilentFile : ResumableFile
    {
        internal List<long> OpenedAt { get; } = [];

        internal override Task<Stream> OpenAtAsync(long position, CancellationToken cancellationToken)
        {
            OpenedAt.Add(position);
            return Task.FromResult<Stream>(new SilentStream((byte)position));
        }

        internal override bool IsBroken(Exception error) => error is IOException;

        internal override MigrationException Translate(Exception error) => throw error;
    }

    private sealed class SilentStream(byte next) : MemoryStream
    {
        private int _given;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given++ == 2) await Task.Delay(Timeout.Infinite, cancellationToken);
            buffer.Span[0] = (byte)(next + _given - 1);
            return 1;
        }
    }
}
