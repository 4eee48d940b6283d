using DynamoCosmos.Basics;

namespace DynamoCosmos.Ports;

/// <summary>Errors of a container that does not fit the documents of a run.</summary>
internal static class TargetErrors
{
    /// <summary>Whether a container is to be made, filled or compared.</summary>
    internal static MigrationException PartitionKeyDiffers(string target, IReadOnlyList<string> there, IReadOnlyList<string> wanted) =>
        new("PartitionKeyDiffers", FailureKind.InvalidArgument,
            $"The container {target} is partitioned by {string.Join(", ", there)}, but these settings make documents for " +
                $"{string.Join(", ", wanted)}. " +
            $"A container's partition key cannot be changed: give the settings that it was made with ({Setting.Hierarchical}, " +
                $"{Setting.PartitionKeyPath}), or choose another {Setting.ContainerName}.", target);
}
