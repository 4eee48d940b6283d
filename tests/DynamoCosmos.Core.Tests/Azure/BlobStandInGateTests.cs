using System.Net.Security;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Who gets in, who holds the lease, and what goes wrong when a test says so.</summary>
public sealed class BlobStandInGateTests
{
    [Fact]
    public async Task Another_accounts_key_is_refused()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlobServiceClient service = fixture.Service("lake", fixture.Storage.AccountKey("flat"));

        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() => service.CreateBlobContainerAsync("data"));

        Assert.Equal((403, "AuthenticationFailed"), (error.Status, error.ErrorCode));
        Assert.Empty(fixture.Storage.Names("lake", "data"));
    }

    [Theory]
    [InlineData(14, null)]
    [InlineData(16, "AuthenticationFailed")]
    [InlineData(-16, "AuthenticationFailed")]
    public async Task A_clock_may_be_a_quarter_of_an_hour_off(int minutes, string? expected)
    {
        ManualClock clock = new();
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(new() { Clock = clock });

        RequestFailedException? error =
            await Record.ExceptionAsync(() => fixture.Service("lake").CreateBlobContainerAsync("data")) as RequestFailedException;

        Assert.Equal(expected, error?.ErrorCode);
    }

    [Theory]
    [InlineData("good", 0, null)]
    [InlineData("stranger", 401, "InvalidAuthenticationInfo")]
    [InlineData("reader", 403, "AuthorizationPermissionMismatch")]
    public async Task A_token_does_what_its_roles_allow(string token, int status, string? code)
    {
        using SandboxCertificates certificates = new();
        using SocketsHttpHandler handler = new()
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, errors) =>
            errors == SslPolicyErrors.RemoteCertificateChainErrors }
        };
        FakeAccess access = new();
        await using BlobStandInFixture fixture =
            await BlobStandInFixture.StartAsync(new() { Certificate = certificates.Server, Access = access });
        BlobServiceClient service = new(fixture.Storage.AccountEndpoint("lake"), new FixedToken(token), fixture.Options(handler));

        RequestFailedException? error =
            await Record.ExceptionAsync(() => service.CreateBlobContainerAsync("data")) as RequestFailedException;

        Assert.Equal((status, code), (error?.Status ?? 0, error?.ErrorCode));
        Assert.Contains(("Microsoft.Storage/storageAccounts/blobServices/containers/write", "blob/lake/containers/data"), access.Asked);
    }

    [Fact]
    public async Task Keys_can_be_switched_off()
    {
        FakeAccess access = new() { Keys = false };
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(new() { Access = access });

        RequestFailedException error =
            await Assert.ThrowsAsync<RequestFailedException>(() => fixture.Service("lake").CreateBlobContainerAsync("data"));

        Assert.Equal((403, "KeyBasedAuthenticationNotPermitted"), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task A_lease_keeps_others_out_until_it_runs_out()
    {
        ManualClock clock = new();
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync(new() { Clock = clock });
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "checkpoint");
        await blob.UploadAsync(new MemoryStream([1]));
        BlobLease lease = await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15));

        RequestFailedException second =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15)));
        RequestFailedException write = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(new MemoryStream([2])));
        await blob.UploadAsync(new MemoryStream([3]), new BlobUploadOptions { Conditions = new() { LeaseId = lease.LeaseId } });
        clock.Advance(TimeSpan.FromSeconds(10));
        await blob.GetBlobLeaseClient(lease.LeaseId).RenewAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        RequestFailedException still =
            await Assert.ThrowsAsync<RequestFailedException>(() => blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15)));
        clock.Advance(TimeSpan.FromSeconds(6));
        RequestFailedException lost = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.UploadAsync(new MemoryStream([4]), new BlobUploadOptions { Conditions = new() { LeaseId = lease.LeaseId } }));
        await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15));

        Assert.Equal("LeaseAlreadyPresent", second.ErrorCode);
        Assert.Equal("LeaseIdMissing", write.ErrorCode);
        Assert.Equal("LeaseAlreadyPresent", still.ErrorCode);
        Assert.Equal("LeaseLost", lost.ErrorCode);
        Assert.Equal([3], fixture.Storage.Find("lake", "data", "checkpoint")!.Content.ToArray());
    }

    [Fact]
    public async Task A_broken_lease_is_free_again()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("lake", "checkpoint");
        await blob.UploadAsync(new MemoryStream([1]));
        BlobLeaseClient holder = blob.GetBlobLeaseClient();
        await holder.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);

        await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        RequestFailedException renewed = await Assert.ThrowsAsync<RequestFailedException>(() => holder.RenewAsync());
        BlobLease next = await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15));
        await blob.GetBlobLeaseClient(next.LeaseId).ReleaseAsync();

        Assert.Equal("LeaseIsBrokenAndCannotBeRenewed", renewed.ErrorCode);
        Assert.Equal(LeaseState.Available, (await blob.GetPropertiesAsync()).Value.LeaseState);
    }

    [Fact]
    public async Task A_throttled_call_is_tried_again()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blob");
        fixture.Storage.Faults.Add(BlobFault.Refuse(503, "ServerBusy"), "PutBlob", times: 2);

        await blob.UploadAsync(new MemoryStream([1]));

        Assert.Equal([503, 503, 201], fixture.Storage.Log.Entries.Where(entry => entry.Operation == "PutBlob")
            .Select(entry => entry.Status));
    }

    [Fact]
    public async Task A_connection_can_break_after_the_service_acted()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blob");
        fixture.Storage.Faults.Add(BlobFault.ResetAfter(), "PutBlob");

        RequestFailedException error = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.UploadAsync(new MemoryStream([1]), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }));

        Assert.Equal("BlobAlreadyExists", error.ErrorCode);
        Assert.Equal([0, 409], fixture.Storage.Log.Entries.Where(entry => entry.Operation == "PutBlob").Select(entry => entry.Status));
    }

    [Fact]
    public async Task A_download_can_be_cut_flipped_or_lose_its_blob()
    {
        await using BlobStandInFixture fixture = await BlobStandInFixture.StartAsync();
        BlockBlobClient blob = await fixture.BlockBlobAsync("flat", "blob");
        byte[] bytes = new byte[100_000];
        await blob.UploadAsync(new MemoryStream(bytes));
        fixture.Storage.Faults.Add(BlobFault.Truncate(70_000), "GetBlob");

        using MemoryStream cut = new();
        await (await blob.OpenReadAsync(new BlobOpenReadOptions(false))).CopyToAsync(cut);
        fixture.Storage.Faults.Add(BlobFault.FlipByte(5), "GetBlob");
        BlobDownloadResult flipped = await blob.DownloadContentAsync();
        fixture.Storage.Faults.Add(BlobFault.Vanish(), "GetBlob");
        RequestFailedException gone = await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadContentAsync());

        Assert.Equal(bytes, cut.ToArray());
        Assert.Equal(1, flipped.Content.ToArray()[5]);
        Assert.Equal("BlobNotFound", gone.ErrorCode);
    }

    private sealed class FixedToken(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(token, DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }

    private sealed class FakeAccess : IAccessControl
    {
        public string TenantId => "00000000-0000-0000-0000-0000000000aa";

        internal bool Keys { get; init; } = true;

        internal List<(string, string)> Asked { get; } = [];

        public AccessDecision Decide(string token, string action, string scope)
        {
            Asked.Add((action, scope));
            return new(token switch
            {
                "good" => AccessOutcome.Allowed,
                "reader" => AccessOutcome.Forbidden,
                _ =>
                AccessOutcome.Unauthenticated
            }, token);
        }

        public bool AllowsKeys(string account) => Keys;
    }
}
