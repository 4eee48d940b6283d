using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Sessions;

/// <summary>Where a run's own files lie.</summary>
/// <param name="Checkpoint">Null for a run that cannot be gone on with.</param>
/// <param name="History">Which exports have gone to the target; null for a source that is none.</param>
internal sealed record RunPlaces(Uri? Checkpoint, Uri Rejections, Uri? History)
{
    private const int MaxContainersLength = 60;

    /// <summary>In the origin's folder for them, under names that tell the target: one source may go to several.</summary>
    internal static RunPlaces Of(ImportRequest request)
    {
        string target = string.Join('.',
            new[] { request.Account.AccountName, request.DatabaseName,
            Short(string.Join('~', request.ContainerNames)) }.Select(Uri.EscapeDataString));
        Uri folder = request.Origin.GetRunFolder();
        return new(
            request.Origin.IsRepeatable
                ? request.CheckpointLocation ?? StoreKeys.Combine(folder, $"_dynamocosmos/{target}.checkpoint.json") : null,
            request.RejectionLocation ?? StoreKeys.Combine(folder, $"_dynamocosmos/{target}.rejected.ndjson"),
            HistoryOf(request, $"{target}.history.json"));
    }

    // A file's name holds 255 bytes on most disks; what tells the containers apart must be whole, or two runs would share a checkpoint.
    private static string Short(string containers) =>
        containers.Length <= MaxContainersLength
            ? containers
            : $"{containers[..MaxContainersLength]}~{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(containers)).AsSpan(0, 8))}";

    private static Uri? HistoryOf(ImportRequest request, string name) =>
        request.Origin.GetHistoryFolder() is not Uri folder ? null
        : request.CheckpointLocation is Uri checkpoint ? StoreKeys.Combine(new(checkpoint, "."), name)
        : StoreKeys.Combine(folder, $"_dynamocosmos/{name}");
}

/// <summary>For the runs of sources that cannot be written to: a folder among the user's own data on this machine.</summary>
internal static class LocalRunFolder
{
    /// <param name="place">Such as a bucket.</param>
    /// <param name="name">What is read there, of any characters.</param>
    internal static Uri Of(string place, string name) => StoreKeys.OfFolder(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "DynamoCosmos",
            place, name.Replace('/', '_').Replace(':', '_')));
}
