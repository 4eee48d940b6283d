using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos;

/// <summary>What can be wrong with a container that is asked for.</summary>
public static partial class CosmosErrors
{
    public static MigrationException ContainerNameMissing() =>
        new("ContainerNameMissing", FailureKind.InvalidArgument,
            $"The container has no name: nothing that was piped names a table. Give {Setting.ContainerName}.");

    internal static MigrationException NameInvalid(string what, string name) =>
        new("CosmosNameInvalid", FailureKind.InvalidArgument,
            $"'{name}' cannot be the name of a {what} in Cosmos DB: a name has none of the characters / \\ ? # and no space at its end. " +
                "Give another name.", name);

    internal static MigrationException DatabaseNotFound(ContainerReference target, Exception? inner) =>
        AccessErrors.DatabaseNotFound(target.Settings.AccountName, target.DatabaseName, inner);

    internal static MigrationException ContainerNotFound(ContainerReference target, Exception? inner) =>
        AccessErrors.ContainerNotFound(target.Settings.AccountName, target.DatabaseName, target.ContainerName!, inner);

    internal static MigrationException PartitionKeyUnknown(string what) =>
        new("PartitionKeyUnknown", FailureKind.InvalidArgument,
            $"{what} does not tell the table's keys, so the container's partition key is not known. Pipe the table or an export of " +
                $"{Remedy.ExportTable}, or give {Setting.PartitionKeyPath}.", what);

    internal static MigrationException ThroughputTwice() =>
        new("ThroughputTwice", FailureKind.InvalidArgument,
            $"Both {Setting.Throughput} and {Setting.AutoscaleMaxThroughput} are given. A container has one of the two: give manual " +
            "RU/s, or autoscale's maximum.");

    internal static MigrationException IndexingPolicyInvalid(string why, string? place = null, Exception? inner = null) =>
        new("IndexingPolicyInvalid", FailureKind.InvalidArgument,
            $"The indexing policy{(place is null ? "" : $" in {place}")} cannot be used: {why} Give JSON such as " +
                $"{{\"indexingMode\":\"consistent\",\"includedPaths\":[{{\"path\":\"/*\"}}]}}, or a file that holds it.",
            place, inner);

    internal static MigrationException ContainerRefused(ContainerReference target, string? message, Exception inner) =>
        new("ContainerRefused", FailureKind.InvalidArgument,
            $"Cosmos DB does not take the settings for {target}: {message ?? "without a reason"}.", target.ToString(), inner);
}
