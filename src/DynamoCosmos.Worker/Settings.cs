using DynamoCosmos.Aws;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;

namespace DynamoCosmos.Worker;

/// <summary>What the options say, in the terms of Core.</summary>
internal sealed class Settings(ParseResult given)
{
    internal T? Get<T>(Option<T> option) => given.GetValue(option);

    internal int? GetInt(Option<long?> option) => (int?)given.GetValue(option);

    internal AwsSettings Aws => new()
    {
        ProfileName = Get(ProfileName),
        Region = Get(Region),
        AccessKey = Get(AccessKey),
        SecretKey = Secret.From(Get(SecretKey)),
        SessionToken = Secret.From(Get(SessionToken)),
        EndpointUrl = Get(EndpointUrl),
    };

    /// <summary>With the lake's key.</summary>
    internal AzureSettings Lake => AzureWith(StorageAccountKey);

    /// <exception cref="MigrationException">Nothing names the account.</exception>
    internal CosmosSettings Account =>
        CosmosSettings.Create(Get(AccountName), Get(AccountEndpoint), AzureWith(AccountKey), Get(ConnectionMode));

    internal string Database => Get(DatabaseName) ?? throw WorkerErrors.OptionMissing(DatabaseName);

    private AzureSettings AzureWith(Option<string?> key) => new()
    {
        // A secret that is given is meant to be used.
        Credential = Get(AzureCredential) ?? (Get(ClientSecret) is null ? default : AzureCredentialKind.ClientSecret),
        TenantId = Get(TenantId),
        ClientId = Get(ClientId),
        ClientSecret = Secret.From(Get(ClientSecret)),
        AccountKey = Secret.From(Get(key)),
        Environment = Get(Cloud) ?? default,
        AuthorityHost = Get(AuthorityHost),
    };

    /// <summary>The sources in the order of the line; the manifests of exports are read.</summary>
    /// <exception cref="MigrationException">No source is given, or two kinds are; or one cannot be had.</exception>
    internal async Task<IReadOnlyList<ItemOrigin>> FindOriginsAsync(CloudConnections clouds, CancellationToken stop)
    {
        string[] locations = Get(Location) ?? [];
        string? table = Get(TableName);
        if (table is null == (locations.Length == 0)) throw WorkerErrors.SourceUnclear();
        if (table is not null) return [await FindTableAsync(table, clouds, stop)];
        List<ItemOrigin> origins = [];
        foreach (string location in locations) origins.Add(await OriginAt(location).ReadExportAsync(clouds, stop));
        return origins;
    }

    /// <exception cref="MigrationException">The same, and there are several.</exception>
    internal async Task<ItemOrigin> FindOriginAsync(CloudConnections clouds, CancellationToken stop) =>
        await FindOriginsAsync(clouds, stop) is [ItemOrigin one] ? one : throw WorkerErrors.OneSourceOnly();

    /// <summary>Which container takes which items, and how they are converted.</summary>
    /// <exception cref="MigrationException">The mapping cannot be understood, or nothing names a container.</exception>
    internal IReadOnlyList<ItemRoute> ReadRoutes() =>
        ReadMapping().GetRoutes(Get(ContainerName), target: null) ?? throw WorkerErrors.OptionMissing(ContainerName);

    internal ConversionOptions ReadConversion() => ReadMapping().Conversion;

    internal Uri? LocateFile(Option<string?> option) =>
        Get(option) is not string path ? null
        : ExportStores.IsAddress(path) ? new(path)
        : ExportStores.LocationOfFile(Path.GetFullPath(path));

    private ExportOrigin OriginAt(string location) => new()
    {
        Export = new()
        {
            ExportStatus = "COMPLETED",
            Location = ExportStores.IsAddress(location) ? new(location) : ExportStores.LocationOf(Path.GetFullPath(location)),
        },
        PartitionKey = Get(PartitionKeyAttribute),
        SortKey = Get(SortKeyAttribute),
        TtlAttribute = Get(TtlAttribute),
        Aws = Aws,
        Lake = Lake,
    };

    private async Task<TableOrigin> FindTableAsync(string name, CloudConnections clouds, CancellationToken stop)
    {
        DynamoTables tables = new(Aws, clouds.Aws);
        DynamoTable table = await tables.DescribeAsync(name, stop);
        return new()
        {
            Table = table,
            TtlAttribute = Get(TtlAttribute),
            Scan = new()
            {
                MaxReadCapacity = GetInt(MaxReadCapacity),
                ReadCapacityPercent = GetInt(ReadCapacityPercent),
                ConsistentRead = Get(ConsistentRead),
            },
            Aws = Aws,
        };
    }

    private MigrationMapping ReadMapping() =>
        new(Get(MappingPath) is string path ? MappingFile.Read(Path.GetFullPath(path)) : MappingValue.OfMembers([], new("The options")));
}
