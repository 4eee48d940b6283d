using DynamoCosmos.Basics;

namespace DynamoCosmos.Access;

/// <summary>What can go wrong with granting and testing access.</summary>
internal static class GrantErrors
{
    internal static MigrationException StorageMissing(MigrationStage stage) =>
        new("GrantStorageMissing", FailureKind.InvalidArgument,
            $"{Setting.Stage} {stage} gives a role on the storage account, but {Setting.StorageAccountName} is not given. Give it, and " +
            $"{Setting.FileSystem} to narrow the role to one container.", stage);

    internal static MigrationException CosmosMissing(MigrationStage stage) =>
        new("GrantCosmosMissing", FailureKind.InvalidArgument,
            $"{Setting.Stage} {stage} gives roles on the Cosmos DB account, but {Setting.AccountName} is not given. Give it, and " +
            $"{Setting.DatabaseName} and {Setting.ContainerName} to narrow the data role.", stage);
}
