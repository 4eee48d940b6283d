using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Entra;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>The lake with tokens and roles in place of keys.</summary>
[Trait("Category", "Slow")]
public sealed class LakeSignInTests : IAsyncLifetime
{
    private readonly RecordedMessages _messages = new();
    private AccessScene _scene = null!;
    private FakeBucket _bucket = null!;
    private ExportFolder _source = null!;

    public async Task InitializeAsync()
    {
        // So short that every call finds its token about to expire.
        _scene = await AccessScene.StartAsync(new() { TokenLifetime = TimeSpan.FromSeconds(3) });
        _bucket = await FakeBucket.StartAsync();
        _source = _bucket.AddExport(fileBytes: [1000, 2000, 3000, 4000]);
    }

    public async Task DisposeAsync()
    {
        await _bucket.StopAsync();
        await _scene.DisposeAsync();
    }

    [Fact]
    public async Task A_contributor_copies_and_reads_with_tokens_that_expire_on_the_way()
    {
        using CloudConnections clouds = new();
        AzureSettings settings = SignIn("Storage Blob Data Contributor");
        _scene.Blob.Faults.Add(BlobFault.Slow(TimeSpan.FromSeconds(1.5)), "PutBlobFromUrl", times: -1);

        CopyResult result = await CopyAsync(settings, new() { Concurrency = 1 });
        ExportFolder there = LakeExportStore.Open(result.Location, settings, clouds.Lakes);
        ExportManifest manifest = (await OpenedExport.OpenAsync(there, needsManifest: true, default)).Manifest!;

        Assert.Equal((4, 8), (result.ServerSideFiles, manifest.ItemCount));
    }

    [Fact]
    public async Task A_run_keeps_its_own_files_with_a_token()
    {
        using CloudConnections clouds = new();
        AzureSettings settings = SignIn("Storage Blob Data Contributor");
        _scene.Blob.CreateContainer(Account, "staged");
        Uri folder = new(_scene.Blob.AccountEndpoint(Account) + "/staged/runs/");

        await using ICheckpointFile checkpoint = RunFiles.OpenCheckpoint(new(folder, "checkpoint.json"), settings, clouds);
        await using IRunHold hold = await checkpoint.HoldAsync("me", default);
        await checkpoint.WriteAsync("{}"u8.ToArray(), null, default);
        await using IRejectionFile rejections = RunFiles.OpenRejections(new(folder, "rejected.ndjson"), settings, clouds);
        await rejections.AppendAsync(0, "{}\n"u8.ToArray(), default);

        Assert.Equal(3, await rejections.GetLengthAsync(default));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Owner")]
    [InlineData("Storage Blob Data Reader")]
    public async Task Whoever_may_not_write_is_told_the_role(string? role)
    {
        AzureSettings settings = SignIn(role);

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(settings, new()));

        Assert.Equal("LakePermissionMissing", error.ErrorId);
        Assert.Contains("'Storage Blob Data ", error.Message);
        Assert.Empty(_scene.Blob.Names(Account, "staged"));
    }

    [Fact]
    public async Task Whoever_may_read_reads_and_is_told_the_role_to_write()
    {
        using CloudConnections clouds = new();
        CopyResult copied = await CopyAsync(SignIn("Storage Blob Data Contributor"), new());
        AzureSettings settings = SignIn("Storage Blob Data Reader");
        ExportFolder there = LakeExportStore.Open(copied.Location, settings, clouds.Lakes);

        ExportManifest manifest = (await OpenedExport.OpenAsync(there, needsManifest: true, default)).Manifest!;
        await using IRejectionFile rejections = RunFiles.OpenRejections(new(copied.Location, "rejected.ndjson"), settings, clouds);
        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => rejections.AppendAsync(0, "{}\n"u8.ToArray(), default));

        Assert.Equal(8, manifest.ItemCount);
        Assert.Equal("LakePermissionMissing", error.ErrorId);
        Assert.Contains("'Storage Blob Data Contributor'", error.Message);
    }

    [Fact]
    public async Task An_account_that_takes_no_keys_says_so()
    {
        _scene.Manager.Access.SetKeys(Account, allowed: false);

        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(LakeTests.Key(_scene.Blob, Account), new()));

        Assert.Equal("LakeKeysDisabled", error.ErrorId);
    }

    [Fact]
    public async Task A_sign_in_that_fails_says_so_and_shows_no_secret()
    {
        AzureSettings settings = _scene.SettingsOf(_scene.Administrator, "hunter2-hunter2");

        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => CopyAsync(settings, new()));

        Assert.Equal("AzureSignInFailed", error.ErrorId);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    private string Account => _scene.Blob.Accounts[0].Name;

    private AzureSettings SignIn(string? role)
    {
        (TenantPrincipal principal, string secret) = _scene.Tenant.AddSignedInApplication("runbook");
        if (role is not null) _scene.Manager.Access.Assign(principal, role, _scene.StorageId);
        return _scene.SettingsOf(principal, secret);
    }

    private async Task<CopyResult> CopyAsync(AzureSettings settings, CopyOptions options)
    {
        using CloudConnections clouds = new();
        options = options with { FirstPause = TimeSpan.FromMilliseconds(1) };
        LakeTarget target = new(LakeTests.Location(_scene.Blob, Account, "staged"), settings, options, clouds.Azure, LakeTests.FastRetries);
        using ExportCopy copy = await LakeTests.OpenCopyAsync(_source, target, options);
        return await copy.RunAsync(_messages, (failure, _) => throw failure, default);
    }
}
