using DynamoCosmos.Cosmos;
using DynamoCosmos.Sources;
using static DynamoCosmos.Worker.WorkerOption;

namespace DynamoCosmos.Worker;

/// <summary>Every option. They are named like the parameters of the PowerShell module: <c>--account-key</c> is its AccountKey.</summary>
internal static class WorkerOptions
{
    public static readonly Option<string[]> Location = Texts("--location", "Folders of exports: s3://…, https://…, abfss://…, or on disk.");
    public static readonly Option<string?> TableName = Text("--table-name", "A table to be scanned, by its name or ARN.");
    public static readonly Option<KeyName?> PartitionKeyAttribute = Key("--partition-key-attribute", "The table's partition key.");
    public static readonly Option<KeyName?> SortKeyAttribute = Key("--sort-key-attribute", "The table's sort key.");
    public static readonly Option<string?> TtlAttribute = Text("--ttl-attribute", "The table's time to live attribute.");
    public static readonly Option<long?> MaxReadCapacity = Number("--max-read-capacity", "Of a scan: units a second.", 1, 10_000_000);
    public static readonly Option<long?> ReadCapacityPercent = Number("--read-capacity-percent", "Of a scan: its share.", 1, 100);
    public static readonly Option<bool> ConsistentRead = Flag("--consistent-read", "Of a scan: reads consistently.");

    public static readonly Option<string?> ProfileName = Text("--profile-name", "AWS profile.");
    public static readonly Option<string?> Region = Text("--region", "AWS region.");
    public static readonly Option<string?> AccessKey = Text("--access-key", "AWS access key.");
    public static readonly Option<string?> SecretKey = Text("--secret-key", "AWS secret key. Better given by its variable.");
    public static readonly Option<string?> SessionToken = Text("--session-token", "AWS session token. Better given by its variable.");
    public static readonly Option<Uri?> EndpointUrl = Address("--endpoint-url", "AWS endpoint, where it is not the region's own.");

    public static readonly Option<AzureCredentialKind?> AzureCredential =
        Choice<AzureCredentialKind>("--azure-credential", "How to sign in to Azure.");
    public static readonly Option<string?> TenantId = Text("--tenant-id", "Azure tenant.");
    public static readonly Option<string?> ClientId = Text("--client-id", "The application, or a user-assigned managed identity.");
    public static readonly Option<string?> ClientSecret = Text("--client-secret", "Its secret. Better given by its variable.");
    public static readonly Option<AzureEnvironment?> Cloud = Choice<AzureEnvironment>("--azure-environment", "The cloud.");
    public static readonly Option<Uri?> AuthorityHost = Address("--authority-host", "Sign-in endpoint, where it is not the cloud's own.");
    public static readonly Option<string?> StorageAccountKey = Text("--storage-account-key", "The lake's key. Better given by variable.");

    public static readonly Option<string?> AccountName = Text("--account-name", "The Cosmos DB account.");
    public static readonly Option<Uri?> AccountEndpoint = Address("--account-endpoint", "Its endpoint, where it is not the cloud's own.");
    public static readonly Option<string?> AccountKey = Text("--account-key", "Its key. Better given by its variable.");
    public static readonly Option<string?> DatabaseName = Text("--database-name", "The database. Required.");
    public static readonly Option<string?> ContainerName = Text("--container-name", "The container, unless the mapping names it.");
    public static readonly Option<CosmosConnectionMode?> ConnectionMode =
        Choice<CosmosConnectionMode>("--connection-mode", "How to reach the account.");
    public static readonly Option<string?> MappingPath = Text("--mapping-path", "A mapping file: how documents are made, where they go.");

    public static readonly Option<long?> MaxInFlight = Number("--max-in-flight", "Writes in flight at most.", 1, 100_000);
    public static readonly Option<long?> MaxRejectedItems = Number("--max-rejected-items", "More of them end it.", 0, long.MaxValue);
    public static readonly Option<string?> RejectedItemPath = Text("--rejected-item-path", "The file or blob of rejected items.");
    public static readonly Option<string?> CheckpointPath = Text("--checkpoint-path", "The file or blob of the checkpoint.");
    public static readonly Option<bool> Restart = Flag("--restart", "Forgets an earlier run's checkpoint.");
    public static readonly Option<bool> AllowGap = Flag("--allow-gap", "Applies windows of changes that do not follow each other.");
    public static readonly Option<TimeSpan?> StopAfter = Time("--stop-after", "Ends the import after this time; the same line goes on.");
    public static readonly Option<TimeSpan?> RetryTimeout = Time("--retry-timeout", "How long one write is tried again.");

    public static readonly Option<long?> Sample = Number("--sample", "Only so many items.", 1, int.MaxValue);
    public static readonly Option<bool> Repair = Flag("--repair", "Writes missing and different documents again.");
    public static readonly Option<long?> MaxThroughput = Number("--max-throughput", "Request units a second for reading.", 0, 10_000_000);
    public static readonly Option<long?> AllowRejected = Number("--allow-rejected", "Rejected items that are no fault.", 0, long.MaxValue);
    public static readonly Option<long?> MaxDifferences = Number("--max-differences", "The search ends after so many.", 1, 100_000_000);
    public static readonly Option<TimeSpan?> TtlTolerance = Time("--ttl-tolerance", "How far the expiry of a document may be off.");

    public static readonly Option<TimeSpan?> Window = Time("--window", "The time in which the load is to be done.");
    public static readonly Option<long?> RegionCount = Number("--region-count", "Regions of the account.", 1, 100);
    public static readonly Option<string?> PriceTablePath = Text("--price-table-path", "Your own prices.");

    public static readonly Option<TimeSpan?> ProgressInterval = Time("--progress-interval", "Between two lines of progress. Default: 5s.");
    public static readonly Option<bool> Verbose = Flag("--verbose", "Tells what is being done.");

    /// <summary>What every command takes: the source, and how to sign in.</summary>
    public static readonly Option[] Common =
    [
        Location, TableName, PartitionKeyAttribute, SortKeyAttribute, TtlAttribute, MaxReadCapacity, ReadCapacityPercent, ConsistentRead,
        ProfileName, Region, AccessKey, SecretKey, SessionToken, EndpointUrl,
        AzureCredential, TenantId, ClientId, ClientSecret, Cloud, AuthorityHost, StorageAccountKey,
        MappingPath, ProgressInterval, Verbose,
    ];

    public static readonly Option[] Target = [AccountName, AccountEndpoint, AccountKey, DatabaseName, ContainerName, ConnectionMode];
}
