namespace DynamoCosmos.Exports;

/// <summary>An export's own folder within a store: the one that holds <c>manifest-summary.json</c>.</summary>
/// <param name="Path">Relative to the store's root; empty, or ending in a slash.</param>
public sealed record ExportFolder(IExportStore Store, string Path)
{
    /// <summary>As <c>DynamoExport.Location</c> has it.</summary>
    public Uri Location => StoreKeys.Combine(Store.Root, Path);
}
