using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Identity;

/// <summary>
/// Where each cloud's shared endpoints are. Numbers and names:
/// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and
/// https://learn.microsoft.com/azure/china/resources-developer-guide.
/// </summary>
internal static class AzureClouds
{
    /// <summary>One audience for the storage of every cloud and account.</summary>
    internal const string StorageScope = "https://storage.azure.com/.default";

    internal static Uri AuthorityHost(AzureSettings settings) => settings.AuthorityHost ?? settings.Environment switch
    {
        AzureEnvironment.AzureCloud => new("https://login.microsoftonline.com/"),
        AzureEnvironment.AzureUSGovernment => new("https://login.microsoftonline.us/"),
        AzureEnvironment.AzureChinaCloud => new("https://login.chinacloudapi.cn/"),
        _ => throw Unknown(settings),
    };

    internal static Uri ResourceManager(AzureSettings settings) => settings.ResourceManagerEndpoint ?? settings.Environment switch
    {
        AzureEnvironment.AzureCloud => new("https://management.azure.com/"),
        AzureEnvironment.AzureUSGovernment => new("https://management.usgovcloudapi.net/"),
        AzureEnvironment.AzureChinaCloud => new("https://management.chinacloudapi.cn/"),
        _ => throw Unknown(settings),
    };

    /// <summary>
    /// The audience of resource manager tokens. An overridden endpoint that is no cloud's own (a private link, a stand-in) still takes
    /// the tokens of its environment.
    /// </summary>
    internal static string ResourceManagerScope(AzureSettings settings) => settings.Environment switch
    {
        AzureEnvironment.AzureCloud => "https://management.azure.com/.default",
        AzureEnvironment.AzureUSGovernment => "https://management.usgovcloudapi.net/.default",
        AzureEnvironment.AzureChinaCloud => "https://management.chinacloudapi.cn/.default",
        _ => throw Unknown(settings),
    };

    internal static Uri Graph(AzureSettings settings) => settings.GraphEndpoint ?? settings.Environment switch
    {
        AzureEnvironment.AzureCloud => new("https://graph.microsoft.com/"),
        AzureEnvironment.AzureUSGovernment => new("https://graph.microsoft.us/"),
        AzureEnvironment.AzureChinaCloud => new("https://microsoftgraph.chinacloudapi.cn/"),
        _ => throw Unknown(settings),
    };

    internal static string GraphScope(AzureSettings settings) => settings.Environment switch
    {
        AzureEnvironment.AzureCloud => "https://graph.microsoft.com/.default",
        AzureEnvironment.AzureUSGovernment => "https://graph.microsoft.us/.default",
        AzureEnvironment.AzureChinaCloud => "https://microsoftgraph.chinacloudapi.cn/.default",
        _ => throw Unknown(settings),
    };

    /// <summary>An account's blob endpoint, which answers for hierarchical accounts too.</summary>
    internal static Uri BlobEndpoint(string accountName, AzureEnvironment environment) =>
        new($"https://{accountName}.blob.{StorageSuffix(environment)}/");

    internal static string StorageSuffix(AzureEnvironment environment) => environment switch
    {
        AzureEnvironment.AzureCloud => "core.windows.net",
        AzureEnvironment.AzureUSGovernment => "core.usgovcloudapi.net",
        AzureEnvironment.AzureChinaCloud => "core.chinacloudapi.cn",
        _ => throw new ArgumentOutOfRangeException(nameof(environment)),
    };

    internal static Uri CosmosEndpoint(string accountName, AzureEnvironment environment) => environment switch
    {
        AzureEnvironment.AzureCloud => new($"https://{accountName}.documents.azure.com/"),
        AzureEnvironment.AzureUSGovernment => new($"https://{accountName}.documents.azure.us/"),
        AzureEnvironment.AzureChinaCloud => new($"https://{accountName}.documents.azure.cn/"),
        _ => throw new ArgumentOutOfRangeException(nameof(environment)),
    };

    private static ArgumentOutOfRangeException Unknown(AzureSettings settings) => new(nameof(settings), settings.Environment, null);
}
