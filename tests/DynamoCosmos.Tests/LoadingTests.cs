using System.Reflection;
using System.Runtime.Loader;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests;

public sealed class LoadingTests
{
    private static readonly (string Name, string File)[] s_older =
    [
        ("AWSSDK.Core", "awssdk.core/3.7.202.18/lib/netcoreapp3.1/AWSSDK.Core.dll"),
        ("Azure.Core", "azure.core/1.38.0/lib/net6.0/Azure.Core.dll"),
        ("Newtonsoft.Json", "newtonsoft.json/12.0.3/lib/netstandard2.0/Newtonsoft.Json.dll"),
    ];

    [Fact]
    public void Importing_it_again_with_force_works()
    {
        using ModuleHost host = new();
        host.Invoke($"Import-Module '{ModuleHost.ManifestPath}' -Force; Import-Module '{ModuleHost.ManifestPath}' -Force").ThrowIfFailed();
        Assert.Equal("""{"id":"a","pk":"a"}""",
            host.Invoke("""ConvertTo-CosmosItem '{"Item":{"pk":{"S":"a"}}}' -PartitionKeyAttribute pk""").Single().BaseObject);
    }

    [Fact]
    public async Task Older_SDKs_in_the_session_never_meet_the_modules_own()
    {
        string packages =
            typeof(LoadingTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PackageRoot").Value!;
        foreach ((_, string file) in s_older) AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(packages, file));

        await using SandboxSession session = await SandboxSession.StartAsync();
        new SampleOrders().CreateTable(session.Aws.Dynamo, 10);
        session.Invoke("""
            Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery |
                Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy |
                New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName orders |
                Import-CosmosItems
            """).ThrowIfFailed();
        Assert.Equal(10, session.Cosmos.Count("shop", "orders"));

        foreach ((string name, _) in s_older)
        {
            Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name == name)];
            Assembly ours = Assert.Single(loaded, a => AssemblyLoadContext.GetLoadContext(a)!.Name == "DynamoCosmos.Core");
            Assembly theirs = Assert.Single(loaded, a => AssemblyLoadContext.GetLoadContext(a) == AssemblyLoadContext.Default);
            Assert.True(ours.GetName().Version > theirs.GetName().Version
                || ours.Location != theirs.Location, $"{name} was loaded once: {ours.Location}");
        }
    }

    [Fact]
    public async Task Two_runspaces_at_once_each_import_and_work()
    {
        string[] documents = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            using ModuleHost host = new();
            return (string)host.Invoke("""1..200 | ForEach-Object { ConvertTo-CosmosItem '{"Item":{"pk":{"S":"a"}}}' -PartitionKeyAttribute pk }""").ThrowIfFailed().Output[^1].BaseObject;
        })));
        Assert.All(documents, d => Assert.Equal("""{"id":"a","pk":"a"}""", d));
    }
}
