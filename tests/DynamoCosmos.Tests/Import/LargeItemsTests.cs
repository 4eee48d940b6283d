using System.Globalization;
using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>A table as many are: small and large items side by side, with attributes whose names Cosmos DB owns.</summary>
[Trait("Category", "Slow")]
public sealed class LargeItemsTests : IAsyncLifetime
{
    private const string Target = "-DatabaseName shop -ContainerName orders -PartitionKeyAttribute pk";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos large ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/pk"], 10_000, defaultTtl: -1);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_large_item_with_an_id_of_its_own_is_shown_whole()
    {
        ScriptRun run = _session.Invoke("""'{"Item":{"id":{"N":"7"},"pk":{"S":"a"},"payload":{"S":"' + 'x'*15000 + '"}}}' | ConvertTo-CosmosItem -PartitionKeyAttribute pk:S""").ThrowIfFailed();
        Assert.Equal($$"""{"id":"a","dynamo_id":7,"pk":"a","payload":"{{new string('x', 15_000)}}"}""", Assert.Single(run.Output)
            .ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_item_arrives_and_the_comparison_agrees(bool isIon)
    {
        string folder = Write(isIon, 500);
        PSObject result = _session.Invoke($"Import-CosmosItems -Location '{folder}' {Target}").ThrowIfFailed().Single();
        Assert.Equal((500L, 500L, 0L),
            (result.Properties["Read"].Value, result.Properties["Written"].Value, result.Properties["Rejected"].Value));
        PSObject summary = _session.Invoke($"Compare-CosmosMigration -Location '{folder}' {Target}").ThrowIfFailed().Output[^1];
        Assert.Equal((true, 500L), (summary.Properties["Passed"].Value, summary.Properties["Matched"].Value));
    }

    /// <summary>Items of 0.2 to 380 KB, small ones being as likely as large ones.</summary>
    private string Write(bool isIon, int count)
    {
        Random random = new(42);
        ExportLayout export = ExportLayout.ToFolder(_root, new() { IsIon = isIon, ExportTime = DateTimeOffset.UtcNow.AddHours(-2) });
        for (int file = 0; file < 2; file++)
        {
            using DataFileWriter writer = export.AddDataFile();
            for (int i = 0; i < count / 2; i++) writer.WriteItem(Item(random, (file * count) + i));
        }
        export.Complete();
        return export.Folder;
    }

    private static byte[] Item(Random random, int number)
    {
        int bytes = (int)(200 * Math.Pow(1_900, random.NextDouble()));
        string[] attributes =
        [
            string.Create(CultureInfo.InvariantCulture, $$$"""
                "id":{"N":"{{{number}}}"}
                """),
            """
            "ttl":{"S":"never"}
            """,
            string.Create(CultureInfo.InvariantCulture, $$$"""
                "pk":{"S":"order {{{number}}}"}
                """),
            $$$"""
            "payload":{"S":"{{{new string('x', bytes)}}}"}
            """,
        ];
        random.Shuffle(attributes);
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', attributes)}}}");
    }
}
