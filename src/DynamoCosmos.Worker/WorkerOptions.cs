using DynamoCosmos.Cosmos;
using DynamoCosmos.Sources;
using static DynamoCosmos.Worker.WorkerOption;

namespace DynamoCosmos.Worker;

/// <summary>Every option. They are named like the parameters of the PowerShell module: <c>--account-key</c> is its AccountKey.</summary>
internal static class WorkerOptions
{
    internal static readonly Option<string[]> Location =
        Texts("--location", "An export's folder: s3://…, https://…, abfss://…, or on disk. May be repeated.");
    internal static readonly Option<string?> TableName = Text("--table-name", "A table to be scanned, by its name or ARN.");
    internal static readonly Option<KeyName?> PartitionKeyAttribute =
        Key("--partition-key-attribute", "The table's partition key, which exports do not name.");
    internal static readonly Option<KeyName?> SortKeyAttribute = Key("--sort-key-attribute", "The table's sort key.");
    internal static readonly Option<string?> TtlAttribute = Text("--ttl-attribute", "The table's time to live attribute.");
    internal static readonly Option<long?> MaxReadCapacity =
        Number("--max-read-capacity", "Of a scan: capacity units a second.", 1, 10_000_000);
    internal static readonly Option<long?> ReadCapacityPercent =
        Number("--read-capacity-percent", "Of a scan: share of the table's capacity.", 1, 100);
    internal static readonly Option<bool> ConsistentRead = Flag("--consistent-read", "Of a scan: reads consistently.");

    internal static readonly Option<string?> ProfileName = Text("--profile-name", "AWS profile.");
    internal static readonly Option<string?> Region = Text("--region", "AWS region.");
    internal static readonly Option<string?> AccessKey = Text("--access-key", "AWS access key.");
    internal static readonly Option<string?> SecretKey = Text("--secret-key", "AWS secret key. Better given by its variable.");
    internal static readonly Option<string?> SessionToken = Text("--session-token", "AWS session token. Better given by its variable.");
    internal static readonly Option<Uri?> EndpointUrl = Address("--endpoint-url", "AWS endpoint, where it is not the region's own.");

    internal static readonly Option<AzureCredentialKind?> AzureCredential =
        Choice<AzureCredentialKind>("--azure-credential", "How to sign in to Azure.");
    internal static readonly Option<string?> TenantId = Text("--tenant-id", "Azure tenant.");
    internal static readonly Option<string?> ClientId = Text("--client-id", "The application, or a user-assigned managed identity.");
    internal static readonly Option<string?> ClientSecret =
        Text("--client-secret", "The application's secret. Better given by its variable.");
    internal static readonly Option<AzureEnvironment?> Cloud = Choice<AzureEnvironment>("--azure-environment", "The cloud.");
    internal static readonly Option<Uri?> AuthorityHost = Address("--authority-host", "Sign-in endpoint, where it is not the cloud's own.");
    internal static readonly Option<string?> StorageAccountKey =
        Text("--storage-account-key", "The lake's key. Better given by its variable.");

    internal static readonly Option<string?> AccountName = Text("--account-name", "The Cosmos DB account.");
    internal static readonly Option<Uri?> AccountEndpoint = Address("--account-endpoint", "Its endpoint, where it is not the cloud's own.");
    internal static readonly Option<string?> AccountKey = Text("--account-key", "Its key. Better given by its variable.");
    internal static readonly Option<string?> DatabaseName = Text("--database-name", "The database. Required.");
    internal static readonly Option<string?> ContainerName =
        Text("--container-name", "The container. Required, unless the mapping names it.");
    internal static readonly Option<CosmosConnectionMode?> ConnectionMode =
        Choice<CosmosConnectionMode>("--connection-mode", "How to reach the account.");
    internal static readonly Option<string?> MappingPath =
        Text("--mapping-path", "A mapping file, JSON or PSD1: how documents are made, and where they go.");

    internal static readonly Option<long?> MaxInFlight = Number("--max-in-flight", "Writes in flight at most.", 1, 100_000);
    internal static readonly Option<long?> MaxRejectedItems =
        Number("--max-rejected-items", "More rejected items end the import.", 0, long.MaxValue);
    internal static readonly Option<string?> RejectedItemPath = Text("--rejected-item-path", "The file or blob of rejected items.");
    internal static readonly Option<string?> CheckpointPath = Text("--checkpoint-path", "The file or blob of the checkpoint.");
    internal static readonly Option<bool> Restart = Flag("--restart", "Forgets an earlier run's checkpoint.");
    internal static readonly Option<bool> AllowGap = Flag("--allow-gap", "Applies windows of changes that do not follow each other.");
    internal static readonly Option<TimeSpan?> StopAfter = Time("--stop-after", "Ends the import after this time; the same line goes on.");
    internal static readonly Option<TimeSpan?> RetryTimeout = Time("--retry-timeout", "How long one write is tried again.");

    internal static readonly Option<long?> Sample = Number("--sample", "Only so many items.", 1, int.MaxValue);
    internal static readonly Option<bool> Repair = Flag("--repair", "Writes missing and different documents again.");
    internal static readonly Option<long?> MaxThroughput =
        Number("--max-throughput", "Request units a second for reading; 0: no limit.", 0, 10_000_000);
    internal static readonly Option<long?> AllowRejected =
        Number("--allow-rejected", "Rejected items that do not fail the comparison.", 0, long.MaxValue);
    internal static readonly Option<long?> MaxDifferences = Number("--max-differences", "The search ends after so many.", 1, 100_000_000);
    internal static readonly Option<TimeSpan?> TtlTolerance = Time("--ttl-tolerance", "How far the expiry of a document may be off.");

    internal static readonly Option<TimeSpan?> Window = Time("--window", "The time in which the load is to be done.");
    internal static readonly Option<long?> RegionCount = Number("--region-count", "Regions of the account.", 1, 100);
    internal static readonly Option<string?> PriceTablePath = Text("--price-table-path", "Your own prices.");

    internal static readonly Option<TimeSpan?> ProgressInterval =
        Time("--progress-interval", "Time between two lines of progress. Default: 5s.");
    internal static readonly Option<bool> Verbose = Flag("--verbose", "Tells what is being done.");

    /// <summary>What every command takes: the source, and how to sign in.</summary>
    internal static readonly Option[] Common =
    [
        Location, TableName, PartitionKeyAttribute, SortKeyAttribute, TtlAttribute, MaxReadCapacity, ReadCapacityPercent, ConsistentRead,
        ProfileName, Region, AccessKey, SecretKey, SessionToken, EndpointUrl,
        AzureCredential, TenantId, ClientId, ClientSecret, Cloud, AuthorityHost, StorageAccountKey,
        MappingPath, ProgressInterval, Verbose,
    ];

    internal static readonly Option[] Target = [AccountName, AccountEndpoint, AccountKey, DatabaseName, ContainerName, ConnectionMode];
}
