using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Tests.Assessment;

/// <summary>Measure-DynamoTable as a user has it: over exports on disk and in S3.</summary>
public sealed class MeasureDynamoTableTests : IDisposable
{
    private const string Keys = "-PartitionKeyAttribute customerId:S -SortKeyAttribute orderId:S -TtlAttribute expiresAt";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos measure ").FullName;
    private readonly SampleOrders _orders = new(expiredEvery: 50);
    private readonly ModuleHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void An_export_on_disk_is_assessed_and_counts_add_up()
    {
        PSObject assessment = _host.Invoke($"Measure-DynamoTable -Location '{WriteOrders(3_000)}' {Keys}").Single();
        Assert.Equal((3_000L, 2_940L, 60L, 0L),
            (Get<long>(assessment, "ItemsAssessed"), Get<long>(assessment, "Documents"), Get<long>(assessment, "Expired"),
            Get<long>(assessment, "Rejected")));
        // An order's ledger has 38 digits, and every order has one.
        Assert.True(Get<long>(assessment, "NumberLosses") >= 3_000);
        PSObject[] findings = [.. Items(assessment, "Findings")];
        Assert.Contains(findings, static finding => Get<string>(finding, "Id") == "NumberPrecision"
            && Get<string>(finding, "Subject")!.Contains("ledger", StringComparison.Ordinal));
        Assert.Contains(findings, static finding => Get<string>(finding, "Id") == "Expired" && Get<long>(finding, "Count") == 60);
        Assert.Equal(["/customerId"], Get<IEnumerable<string>>(assessment, "PartitionKeyPath"));
    }

    [Fact]
    public async Task An_export_in_Ion_comes_to_the_same_figures()
    {
        await using SandboxSession session = await SandboxSession.StartAsync();
        StandInTable table = session.Aws.Dynamo.CreateTable("Orders", "customerId:S", "orderId:S");
        foreach (byte[] item in _orders.Items(2_000)) table.Put(item);
        table.SetRecovery(true);
        IReadOnlyList<PSObject> both = session.Invoke("""
            'DynamoDBJson', 'Ion' | ForEach-Object { Export-DynamoTable Orders -S3Bucket my-exports -S3Prefix $_ -Format $_ | Measure-DynamoTable }
            """).ThrowIfFailed().Output;
        Assert.Equal(2_000L, Get<long>(both[1], "Documents"));
        Assert.Equal(Figures(both[0]), Figures(both[1]));
    }

    /// <summary>
    /// All but of which export they are, and when; which partitions of many equal ones are told is chance. The stand-in keeps a number's
    /// notation in JSON (1.50), which DynamoDB does not, and an item's size goes by it.
    /// </summary>
    private static string Figures(PSObject assessment)
    {
        JsonObject figures = JsonSerializer.SerializeToNode(assessment.BaseObject, assessment.BaseObject.GetType())!.AsObject();
        foreach (string other in (string[])["Source", "AssessedAt", "Duration", "Partitions", "SourceSize"]) Assert.True(
            figures.Remove(other), other);
        foreach (JsonNode? attribute in figures["Attributes"]!.AsArray())
        {
            foreach (string size in (string[])["Bytes", "MaxBytes"]) Assert.True(attribute!.AsObject().Remove(size), size);
        }
        return figures.ToJsonString();
    }

    [Fact]
    public void The_windows_unit_may_be_written_out_and_a_shorter_one_takes_more_throughput()
    {
        string folder = WriteOrders(2_000);
        // 2,000 documents of about 1 KB: in ten seconds that takes more than the least that a container can have.
        int Throughput(string window) =>
            (int)_host.Invoke($"(Measure-DynamoTable -Location '{folder}' {Keys} -Window {window}).Plan.Throughput").Single().BaseObject;
        Assert.Equal(400, Throughput("4h"));
        Assert.Equal(Throughput("10"), Throughput("10s"));
        Assert.True(Throughput("10s") > 1_000);
        Assert.Equal("ParameterArgumentTransformationError,DynamoCosmos.Commands.MeasureDynamoTableCommand",
            _host.Invoke($"Measure-DynamoTable -Location '{folder}' {Keys} -Window 2d").ErrorId);
        ScriptRun none = _host.Invoke($"Measure-DynamoTable -Location '{folder}' {Keys} -Window 0");
        Assert.Equal("ParameterArgumentValidationError,DynamoCosmos.Commands.MeasureDynamoTableCommand", none.ErrorId);
    }

    [Fact]
    public void A_sample_says_that_it_is_one()
    {
        PSObject assessment = _host.Invoke($"Measure-DynamoTable -Location '{WriteOrders(4_000, files: 10)}' {Keys} -Sample 1000").Single();
        Assert.True(Get<bool>(assessment, "IsSample"));
        Assert.InRange(Get<long>(assessment, "ItemsAssessed"), 900, 1_100);
        Assert.Equal(4_000L, Get<long>(assessment, "TotalItems"));
    }

    [Fact]
    public void Another_partition_key_is_assessed_in_place_of_the_tables_own()
    {
        PSObject assessment =
            _host.Invoke($"Measure-DynamoTable -Location '{WriteOrders(2_000)}' {Keys} -PartitionKeyPath /isGift").Single();
        Assert.Equal(2L, Get<long>(PSObject.AsPSObject(Get<object>(assessment, "Partitions")), "Distinct"));
        Assert.Contains(Items(assessment, "Findings"), static finding => Get<string>(finding, "Id") == "FewPartitionKeys");
    }

    [Fact]
    public void Prices_can_be_the_users_own_and_a_bad_table_is_an_error()
    {
        string folder = WriteOrders(100), prices = Path.Combine(_root, "prices.json");
        File.WriteAllText(prices,
            """{"date":"2030-01-02","source":"mine","currency":"CHF","per100RequestUnitsHour":1,"storagePerGigabyteMonth":2}""");
        PSObject plan = _host.Invoke($"(Measure-DynamoTable -Location '{folder}' {Keys} -PriceTablePath '{prices}' -RegionCount 2 " +
            "-RegionMultiplier 1.5).Plan").Single();
        Assert.Equal((12m, "CHF", new DateOnly(2030, 1, 2)),
            (Get<decimal>(plan, "LoadCost"), Get<string>(plan, "Currency"), Get<DateOnly>(plan, "PricesAsOf")));
        File.WriteAllText(prices, "{}");
        Assert.Equal("PriceTableInvalid,DynamoCosmos.Commands.MeasureDynamoTableCommand",
            _host.Invoke($"Measure-DynamoTable -Location '{folder}' {Keys} -PriceTablePath '{prices}'").ErrorId);
    }

    [Fact]
    public async Task An_export_from_the_pipeline_is_read_from_S3_and_its_tables_indexes_are_advised_on()
    {
        await using SandboxSession session = await SandboxSession.StartAsync();
        _orders.CreateTable(session.Aws.Dynamo, 500);
        PSObject assessment = session.Invoke("""
            $table = Get-DynamoTable -Name Orders
            Export-DynamoTable -TableName Orders -S3Bucket my-exports -EnablePointInTimeRecovery | Measure-DynamoTable -OfTable $table
            """).Single();
        Assert.Equal(500L, Get<long>(assessment, "ItemsAssessed"));
        Assert.NotNull(assessment.Properties["TimeToLive"].Value);
    }

    [Fact]
    public async Task A_table_is_scanned_as_far_as_the_sample_goes_and_its_plan_is_for_all_of_it()
    {
        await using SandboxSession session = await SandboxSession.StartAsync();
        _orders.CreateTable(session.Aws.Dynamo, 3_000);
        PSObject whole = session.Invoke("Get-DynamoTable -Name Orders | Measure-DynamoTable").Single();
        Assert.Equal((3_000L, false), (Get<long>(whole, "ItemsAssessed"), Get<bool>(whole, "IsSample")));
        PSObject sample = session.Invoke("Get-DynamoTable -Name Orders | Measure-DynamoTable -Sample 500").Single();
        Assert.Equal((3_000L, true), (Get<long>(sample, "TotalItems"), Get<bool>(sample, "IsSample")));
        Assert.InRange(Get<long>(sample, "ItemsAssessed"), 400, 1_000);
    }

    [Fact]
    public void A_damaged_file_ends_the_assessment_with_an_error()
    {
        string folder = WriteOrders(500);
        string file = Directory.GetFiles(Path.Combine(folder, "data"))[0];
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length - 20)]);
        ScriptRun run = _host.Invoke($"Measure-DynamoTable -Location '{folder}' {Keys}");
        Assert.Empty(run.Output);
        Assert.Contains(run.ErrorId,
            new[] { "DataFileMd5Mismatch,DynamoCosmos.Commands.MeasureDynamoTableCommand",
            "DataFileDamaged,DynamoCosmos.Commands.MeasureDynamoTableCommand" });
    }

    private string WriteOrders(int count, int files = 3) => _orders.WriteExport(_root, count, files).Folder;

    private static IEnumerable<PSObject> Items(PSObject of, string name) =>
        ((IEnumerable)of.Properties[name].Value).Cast<object>().Select(PSObject.AsPSObject);

    private static T? Get<T>(PSObject of, string name) => (T?)of.Properties[name].Value;
}
