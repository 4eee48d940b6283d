using DynamoCosmos.Azure;
using DynamoCosmos.Dynamo;
using DynamoCosmos.Migration;

namespace DynamoCosmos;

/// <summary>Finds the store that a location belongs to.</summary>
public static class ExportStores
{
    /// <param name="location">An export's own folder, as <c>DynamoExport.Location</c> has it: s3, https (a lake), or file.</param>
    /// <exception cref="MigrationException">ExportLocationNotSupported.</exception>
    public static ExportFolder Open(Uri location, AwsSettings aws, AzureSettings azure) => location.Scheme switch
    {
        "file" => LocalExportStore.Open(location),
        "s3" => S3ExportStore.Open(location, aws),
        "https" or "http" or "abfss" or "abfs" => LakeExportStore.Open(location, azure),
        _ => throw ExportErrors.LocationNotSupported(location),
    };
}
