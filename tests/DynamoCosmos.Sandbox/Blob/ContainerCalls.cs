using System.Globalization;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Calls on accounts and containers.</summary>
internal static class ContainerCalls
{
    internal static void GetAccountInfo(BlobCall call, StoredAccount account)
    {
        call.Response.Headers["x-ms-sku-name"] = "Standard_LRS";
        call.Response.Headers["x-ms-account-kind"] = "StorageV2";
        call.Response.Headers["x-ms-is-hns-enabled"] = account.IsHierarchical ? "true" : "false";
    }

    internal static void Create(BlobCall call, StoredAccount account)
    {
        BlobPaths.CheckContainer(call.Container!);
        if (!account.TryAdd(call.Container!, out StoredContainer container)) throw new BlobError(409, "ContainerAlreadyExists",
            "The specified container already exists.");
        call.Response.StatusCode = 201;
        WriteVersion(call, container);
    }

    internal static void GetProperties(BlobCall call, StoredContainer container)
    {
        WriteVersion(call, container);
        call.Response.Headers["x-ms-lease-status"] = "unlocked";
        call.Response.Headers["x-ms-lease-state"] = "available";
        call.Response.Headers["x-ms-has-immutability-policy"] = "false";
        call.Response.Headers["x-ms-has-legal-hold"] = "false";
    }

    internal static void Delete(BlobCall call, StoredAccount account)
    {
        if (!account.Remove(call.Container!)) throw BlobError.ContainerNotFound();
        call.Response.StatusCode = 202;
    }

    private static void WriteVersion(BlobCall call, StoredContainer container)
    {
        call.Response.Headers.ETag = container.ETag;
        call.Response.Headers.LastModified = container.LastModified.ToString("R", CultureInfo.InvariantCulture);
    }
}
