using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>Finds what keeps a run's own files at a location, as <see cref="ExportStores"/> does for exports.</summary>
public static class RunFiles
{
    /// <param name="location">A file:// URL, or the https URL of a blob.</param>
    /// <exception cref="MigrationException">RunFileLocationNotSupported.</exception>
    public static ICheckpointFile OpenCheckpoint(Uri location, AzureSettings azure, CloudConnections clouds) => location.Scheme switch
    {
        "file" => new LocalCheckpointFile(location.LocalPath),
        "https" or "http" or "abfss" or "abfs" => LakeRunFiles.OpenCheckpoint(location, azure, clouds.Lakes),
        _ => throw RunFileErrors.RunFileLocationNotSupported(location),
    };

    /// <param name="location">As <see cref="IRejectionFile.Location"/> tells it.</param>
    internal static IRejectionFile OpenRejectionsAt(string location, AzureSettings azure, CloudConnections clouds) =>
        Path.IsPathFullyQualified(location) ? new LocalRejectionFile(location) : OpenRejections(new Uri(location), azure, clouds);

    /// <inheritdoc cref="OpenCheckpoint"/>
    public static IRejectionFile OpenRejections(Uri location, AzureSettings azure, CloudConnections clouds) => location.Scheme switch
    {
        "file" => new LocalRejectionFile(location.LocalPath),
        "https" or "http" or "abfss" or "abfs" => LakeRunFiles.OpenRejections(location, azure, clouds.Lakes),
        _ => throw RunFileErrors.RunFileLocationNotSupported(location),
    };
}
