using System.Net;
using Azure.Storage.Blobs;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Sandbox.Blob;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>What tests of the lake share.</summary>
internal static class LakeTests
{
    internal static AzureSettings Key(string key) => new() { AccountKey = Secret.From(new NetworkCredential("", key).SecurePassword) };

    internal static AzureSettings Key(BlobStandIn storage, string account) => Key(storage.AccountKey(account));

    internal static LakeLocation Location(BlobStandIn storage, string account, string fileSystem, string path = "") =>
        LakeLocation.Of(account, fileSystem, path, storage.AccountEndpoint(account), AzureEnvironment.AzureCloud);

    internal static LakeExportStore Store(BlobStandIn storage, string account, string fileSystem)
    {
        LakeLocation lake = Location(storage, account, fileSystem);
        return new(lake, LakeClient.Create(lake, Key(storage, account), TestClouds.Process.Azure, FastRetries));
    }

    internal static async Task<ExportCopy> OpenCopyAsync(ExportFolder source, LakeTarget target, CopyOptions options) =>
        await ExportCopy.OpenAsync(await OpenedExport.OpenAsync(source, needsManifest: true, default), target, options, default);

    internal static void FastRetries(BlobClientOptions options) => options.RetryPolicy = new LakeRetryPolicy(TimeSpan.FromMilliseconds(1));
}
