using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Azure.Lake;

/// <summary>A run's own files in a lake.</summary>
internal static class LakeRunFiles
{
    internal static ICheckpointFile OpenCheckpoint(Uri location, AzureSettings settings, LakeConnections lakes)
    {
        LakeLocation lake = Parse(location);
        return new LakeCheckpointFile(lake, lakes.Get(lake, settings), TimeProvider.System);
    }

    internal static IRejectionFile OpenRejections(Uri location, AzureSettings settings, LakeConnections lakes)
    {
        LakeLocation lake = Parse(location);
        return new LakeRejectionFile(lake, lakes.Get(lake, settings));
    }

    private static LakeLocation Parse(Uri location)
    {
        LakeLocation lake = LakeLocation.Parse(location);
        return lake.Path.Length > 0 && !lake.Path.EndsWith('/') ? lake : throw RunFileErrors.RunFileLocationNotSupported(location);
    }
}
