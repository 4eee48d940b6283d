using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Import;

/// <summary>One table, of all types and depths, by every way of its exports: the documents are the same, byte for byte.</summary>
public sealed class SameDocumentsTests : IAsyncLifetime
{
    private const int Items = 50_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos same ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        StandInTable table = _session.Aws.Dynamo.CreateTable("Things", "pk:S", "sk:N");
        AnyItems items = new(3);
        for (int number = 0; number < Items; number++) table.Put(items.Next(number));
        table.SetRecovery(true);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void JSON_and_Ion_through_the_lake_and_straight_from_S3_make_the_same_documents()
    {
        _session.Invoke("""
            $json = Export-DynamoTable Things my-exports -S3Prefix json
            $ion = Export-DynamoTable Things my-exports -S3Prefix ion -Format Ion
            """).ThrowIfFailed();
        const string lake = "Copy-S3ToAdls -StorageAccountName lake -FileSystem s3datacopy";
        Import("JsonLake", $"$json | {lake}");
        Import("IonLake", $"$ion | {lake}");
        Import("JsonS3", "$json", $"-CheckpointPath '{_folder}/json.checkpoint.json'");
        Import("IonS3", "Get-DynamoExport -ExportArn $ion.ExportArn", $"-CheckpointPath '{_folder}/ion.checkpoint.json'");
        (long count, long bytes, ulong hash) = _session.Cosmos.Content("shop", "JsonLake");
        Assert.Equal(Items, count);
        foreach (string container in (string[])["IonLake", "JsonS3", "IonS3"]) Assert.Equal((count, bytes, hash), _session.Cosmos.Content("shop", container));
        Assert.True(File.Exists(Path.Combine(_folder, "ion.checkpoint.json")));
    }

    private void Import(string container, string source, string more = "")
    {
        PSObject result = _session.Invoke($"{source} | New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName {container} -Throughput 10000 | Import-CosmosItems {more}").Single();
        Assert.Equal((true, (long)Items, 0L), (result.Properties["Completed"].Value, result.Properties["Written"].Value, result.Properties["Rejected"].Value));
    }
}
