namespace DynamoCosmos.Basics;

/// <summary>
/// The settings that messages mention, as placeholders. A host fills in its own name for each: a parameter, an option, a variable.
/// </summary>
public static class Setting
{
    private const string Start = "{setting:", End = "}";

    /// <summary>The key of the storage account. <see cref="AccountKey"/> is that of the Cosmos DB account.</summary>
    public const string LakeKey = Start + nameof(LakeKey) + End;

    /// <summary>The same, where nothing tells which command the user gives it to.</summary>
    public const string LakeKeyAnywhere = Start + nameof(LakeKeyAnywhere) + End;

    public const string AccessKey = Start + nameof(AccessKey) + End;
    public const string AccountEndpoint = Start + nameof(AccountEndpoint) + End;
    public const string AccountKey = Start + nameof(AccountKey) + End;
    public const string AccountName = Start + nameof(AccountName) + End;
    public const string AllowGap = Start + nameof(AllowGap) + End;
    public const string AllowRejected = Start + nameof(AllowRejected) + End;
    public const string ApplicationId = Start + nameof(ApplicationId) + End;
    public const string AssignableScope = Start + nameof(AssignableScope) + End;
    public const string AutoscaleMaxThroughput = Start + nameof(AutoscaleMaxThroughput) + End;
    public const string AzureCredential = Start + nameof(AzureCredential) + End;
    public const string AzureEnvironment = Start + nameof(AzureEnvironment) + End;
    public const string CheckpointPath = Start + nameof(CheckpointPath) + End;
    public const string ClientId = Start + nameof(ClientId) + End;
    public const string ClientSecret = Start + nameof(ClientSecret) + End;
    public const string ClientToken = Start + nameof(ClientToken) + End;
    public const string Concurrency = Start + nameof(Concurrency) + End;
    public const string ConnectionMode = Start + nameof(ConnectionMode) + End;
    public const string ContainerName = Start + nameof(ContainerName) + End;
    public const string CurrentPrincipal = Start + nameof(CurrentPrincipal) + End;
    public const string DataAction = Start + nameof(DataAction) + End;
    public const string DatabaseName = Start + nameof(DatabaseName) + End;
    public const string DefaultContainer = Start + nameof(DefaultContainer) + End;
    public const string DeferIndexing = Start + nameof(DeferIndexing) + End;
    public const string EnablePointInTimeRecovery = Start + nameof(EnablePointInTimeRecovery) + End;
    public const string ExcludeAttribute = Start + nameof(ExcludeAttribute) + End;
    public const string ExpiredItem = Start + nameof(ExpiredItem) + End;
    public const string ExportTime = Start + nameof(ExportTime) + End;
    public const string FileSystem = Start + nameof(FileSystem) + End;
    public const string ForLoad = Start + nameof(ForLoad) + End;
    public const string From = Start + nameof(From) + End;
    public const string GraphEndpoint = Start + nameof(GraphEndpoint) + End;
    public const string Hierarchical = Start + nameof(Hierarchical) + End;
    public const string IdAttribute = Start + nameof(IdAttribute) + End;
    public const string IdFrom = Start + nameof(IdFrom) + End;
    public const string IndexingPolicy = Start + nameof(IndexingPolicy) + End;
    public const string Location = Start + nameof(Location) + End;
    public const string MaxReadCapacity = Start + nameof(MaxReadCapacity) + End;
    public const string MaxRejectedItems = Start + nameof(MaxRejectedItems) + End;
    public const string Method = Start + nameof(Method) + End;
    public const string NoWait = Start + nameof(NoWait) + End;
    public const string NumberMode = Start + nameof(NumberMode) + End;
    public const string PartitionKeyAttribute = Start + nameof(PartitionKeyAttribute) + End;
    public const string PartitionKeyPath = Start + nameof(PartitionKeyPath) + End;
    public const string Preset = Start + nameof(Preset) + End;
    public const string PrincipalId = Start + nameof(PrincipalId) + End;
    public const string PrincipalName = Start + nameof(PrincipalName) + End;
    public const string ProfileName = Start + nameof(ProfileName) + End;
    public const string ReadCapacityPercent = Start + nameof(ReadCapacityPercent) + End;
    public const string Region = Start + nameof(Region) + End;
    public const string RejectedItemPath = Start + nameof(RejectedItemPath) + End;
    public const string Repair = Start + nameof(Repair) + End;
    public const string ResourceGroup = Start + nameof(ResourceGroup) + End;
    public const string ResourceManagerEndpoint = Start + nameof(ResourceManagerEndpoint) + End;
    public const string Restart = Start + nameof(Restart) + End;
    public const string RetryTimeout = Start + nameof(RetryTimeout) + End;
    public const string RoleDefinitionId = Start + nameof(RoleDefinitionId) + End;
    public const string S3Bucket = Start + nameof(S3Bucket) + End;
    public const string S3BucketOwner = Start + nameof(S3BucketOwner) + End;
    public const string S3Prefix = Start + nameof(S3Prefix) + End;
    public const string SecretKey = Start + nameof(SecretKey) + End;
    public const string SessionToken = Start + nameof(SessionToken) + End;
    public const string Since = Start + nameof(Since) + End;
    public const string SortKeyAttribute = Start + nameof(SortKeyAttribute) + End;
    public const string Stage = Start + nameof(Stage) + End;
    public const string StorageAccountName = Start + nameof(StorageAccountName) + End;
    public const string SubscriptionId = Start + nameof(SubscriptionId) + End;
    public const string TableName = Start + nameof(TableName) + End;
    public const string TenantId = Start + nameof(TenantId) + End;
    public const string Throughput = Start + nameof(Throughput) + End;
    public const string To = Start + nameof(To) + End;
    public const string Transform = Start + nameof(Transform) + End;
    public const string Window = Start + nameof(Window) + End;

    /// <summary>The names of all, without braces.</summary>
    public static IReadOnlyList<string> All { get; } = HostWords.NamesIn(typeof(Setting));

    /// <summary>The placeholder of a setting that is known by its name.</summary>
    public static string Of(string name) => Start + name + End;
}
