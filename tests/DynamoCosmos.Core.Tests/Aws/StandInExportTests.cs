using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Core.Tests.Aws;

/// <summary>The stand-in's exports, asked for with the real SDK and read here without any of our own readers.</summary>
public sealed class StandInExportTests : IAsyncLifetime
{
    private readonly ManualTime _time = new(new(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private AwsStandIn _aws = null!;
    private AmazonDynamoDBClient _dynamo = null!;
    private StandInTable _table = null!;
    private StandInBucket _bucket = null!;

    public async Task InitializeAsync()
    {
        _aws = await AwsStandIn.StartAsync(new() { Time = _time, ExportDuration = TimeSpan.FromMinutes(5) });
        _dynamo = _aws.DynamoDB();
        _bucket = _aws.S3.CreateBucket("exports");
        _table = _aws.Dynamo.CreateTable("Table", "pk:S", "sk:N");
        _table.SetRecovery(true);
        _time.Advance(TimeSpan.FromHours(1));
    }

    public async Task DisposeAsync()
    {
        _dynamo.Dispose();
        await _aws.DisposeAsync();
    }

    [Fact]
    public async Task A_full_export_shows_the_table_as_it_was_then_in_the_real_layout()
    {
        for (int number = 0; number < 50; number++) Put(number, "first");
        _time.Advance(TimeSpan.FromMinutes(1));
        DateTimeOffset then = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(1));
        Put(0, "changed");
        Put(99, "new");
        _table.Delete("""{"pk":{"S":"p1"},"sk":{"N":"1"}}""");

        ExportDescription started = await StartAsync(request =>
        {
            request.ExportTime = then.UtcDateTime;
            request.S3Prefix = "some/prefix";
        });
        Assert.Equal(ExportStatus.IN_PROGRESS, started.ExportStatus);
        Assert.Equal(ExportStatus.IN_PROGRESS, (await DescribeAsync(started)).ExportStatus);
        _time.Advance(TimeSpan.FromMinutes(5));
        ExportDescription done = await DescribeAsync(started);
        Assert.Equal(ExportStatus.COMPLETED, done.ExportStatus);
        Assert.Equal(50, done.ItemCount);
        Assert.Matches(@"^some/prefix/AWSDynamoDB/\d{14}-[0-9a-f]{8}/manifest-summary\.json$", done.ExportManifest);

        string folder = done.ExportManifest[..^"manifest-summary.json".Length];
        JsonNode summary = ReadProved(folder + "manifest-summary");
        Assert.Equal(("FULL", 50), (summary["exportType"]?.GetValue<string>() ?? "FULL", summary["itemCount"]!.GetValue<int>()));
        Assert.Contains(folder + "_started", _bucket.Keys);
        List<string> lines = ReadLines(folder);
        Assert.Equal(50, lines.Count);
        Assert.All(lines, static line => Assert.Contains("first", line, StringComparison.Ordinal));
        Assert.All(lines, static line => Assert.StartsWith("""{"Item":{""", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_incremental_export_shows_one_final_change_an_item()
    {
        Put(1, "kept");
        Put(2, "old");
        Put(3, "doomed");
        _time.Advance(TimeSpan.FromMinutes(1));
        DateTimeOffset from = _time.GetUtcNow();
        Put(2, "between");
        Put(2, "new");
        Put(4, "inserted");
        _table.Delete("""{"pk":{"S":"p3"},"sk":{"N":"3"}}""");
        _time.Advance(TimeSpan.FromMinutes(20));
        DateTimeOffset to = _time.GetUtcNow();
        Put(1, "after the window");

        ExportDescription started = await StartAsync(request =>
        {
            request.ExportType = ExportType.INCREMENTAL_EXPORT;
            request.IncrementalExportSpecification = new()
            {
                ExportFromTime = from.UtcDateTime,
                ExportToTime = to.UtcDateTime,
                ExportViewType = ExportViewType.NEW_AND_OLD_IMAGES
            };
        });
        _time.Advance(TimeSpan.FromMinutes(5));
        ExportDescription done = await DescribeAsync(started);
        Assert.Equal(3, done.ItemCount);
        string folder = done.ExportManifest[..^"manifest-summary.json".Length];
        JsonNode summary = ReadProved(folder + "manifest-summary");
        Assert.Equal("NEW_AND_OLD_IMAGES", summary["outputView"]!.GetValue<string>());
        Dictionary<string, JsonNode> changes = ReadLines(folder).Select(static line => JsonNode.Parse(line)!)
            .ToDictionary(static line => line["Keys"]!["sk"]!["N"]!.GetValue<string>());
        Assert.Equal(["2", "3", "4"], changes.Keys.Order());
        Assert.Equal(("new", "old"), (Value(changes["2"], "NewImage"), Value(changes["2"], "OldImage")));
        Assert.Equal((null, "doomed"), (Value(changes["3"], "NewImage"), Value(changes["3"], "OldImage")));
        Assert.Equal(("inserted", null), (Value(changes["4"], "NewImage"), Value(changes["4"], "OldImage")));
        Assert.All(_bucket.Keys.Where(static key => key.EndsWith(".gz", StringComparison.Ordinal)), static key =>
            Assert.StartsWith("AWSDynamoDB/data/", key, StringComparison.Ordinal));

        static string? Value(JsonNode line, string image) => line[image]?["v"]?["S"]?.GetValue<string>();
    }

    [Fact]
    public async Task An_Ion_export_writes_Ion_text()
    {
        _table.Put("""
            {"pk":{"S":"a \"q\"\n\u0001"},"sk":{"N":"103"},"big":{"N":"600"},"neg":{"N":"-1.5"},"tiny":{"N":"1E-30"},"bin":{"B":"aGk="},"t":{"BOOL":true},"z":{"NULL":true},
             "s":{"SS":["a"]},"ns":{"NS":["1"]},"bs":{"BS":["aA=="]},"m":{"M":{"k":{"S":"v"},"order id":{"S":"q"},"true":{"S":""},"$7":{"S":""}}},"l":{"L":[{"S":"a"},{"N":"0"}]}}
            """);
        ExportDescription started = await StartAsync(static request => request.ExportFormat = ExportFormat.ION);
        _time.Advance(TimeSpan.FromMinutes(5));
        string folder = (await DescribeAsync(started)).ExportManifest[..^"manifest-summary.json".Length];
        Assert.Equal(
            """$ion_1_0 {Item:{pk:"a \"q\"\n\x01",sk:103.,big:6d2,neg:-1.5,tiny:1d-30,bin:{{aGk=}},t:true,z:null,s:$dynamodb_SS::["a"],ns:$dynamodb_NS::[1.],bs:$dynamodb_BS::[{{aA==}}],m:{k:"v",'order id':"q",'true':"",'$7':""},l:["a",0.]}}""",
            Assert.Single(ReadLines(folder)));
    }

    [Fact]
    public async Task The_same_token_is_the_same_export_and_another_request_under_it_a_conflict()
    {
        ExportDescription first = await StartAsync(static request => request.ClientToken = "token");
        ExportDescription again = await StartAsync(static request => request.ClientToken = "token");
        Assert.Equal(first.ExportArn, again.ExportArn);
        await Assert.ThrowsAsync<ExportConflictException>(() => StartAsync(static request =>
        {
            request.ClientToken = "token";
            request.ExportFormat = ExportFormat.ION;
        }));
        _time.Advance(TimeSpan.FromHours(9));
        Assert.NotEqual(first.ExportArn, (await StartAsync(static request => request.ClientToken = "token")).ExportArn);
    }

    [Fact]
    public async Task An_export_that_cannot_write_fails_with_code_and_message()
    {
        ExportDescription noBucket = await StartAsync(static request => request.S3Bucket = "no-such-bucket");
        _aws.S3.CreateBucket("foreign", ownerId: "999999999999");
        ExportDescription foreign = await StartAsync(static request => request.S3Bucket = "foreign");
        _time.Advance(TimeSpan.FromMinutes(5));
        noBucket = await DescribeAsync(noBucket);
        Assert.Equal((ExportStatus.FAILED, "S3NoSuchBucket"), (noBucket.ExportStatus, noBucket.FailureCode));
        Assert.Equal("S3AccessDenied", (await DescribeAsync(foreign)).FailureCode);
    }

    [Fact]
    public async Task Without_recovery_or_outside_its_window_there_is_no_export()
    {
        await Assert.ThrowsAsync<InvalidExportTimeException>(() =>
            StartAsync(request => request.ExportTime = _time.GetUtcNow().AddHours(-2).UtcDateTime));
        await Assert.ThrowsAsync<InvalidExportTimeException>(() =>
            StartAsync(request => request.ExportTime = _time.GetUtcNow().AddHours(2).UtcDateTime));
        _table.SetRecovery(false);
        PointInTimeRecoveryUnavailableException error =
            await Assert.ThrowsAsync<PointInTimeRecoveryUnavailableException>(() => StartAsync());
        Assert.Contains("Point in time recovery is not enabled for table 'Table'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exports_are_listed_in_pages()
    {
        for (int number = 0; number < 7; number++) await StartAsync();
        List<string> arns = [];
        ListExportsResponse? page = null;
        do
        {
            page = await _dynamo.ListExportsAsync(new() { TableArn = _table.Arn, MaxResults = 3, NextToken = page?.NextToken });
            arns.AddRange(page.ExportSummaries.Select(static export => export.ExportArn));
        }
        while (page.NextToken is not null);
        Assert.Equal(7, arns.Distinct().Count());
    }

    [Fact]
    public void An_export_of_many_orders_goes_straight_to_a_folder()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("dynamocosmos-export-");
        try
        {
            ExportLayout export = new SampleOrders().WriteExport(root.FullName, 5000, files: 3);
            Assert.Equal(5000, export.ItemCount);
            Assert.True(File.Exists(Path.Combine(export.Folder, "manifest-summary.json")));
            Assert.Equal(3, Directory.GetFiles(Path.Combine(export.Folder, "data")).Length);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private void Put(int number, string value) =>
        _table.Put($$$"""{"pk":{"S":"p{{{number}}}"},"sk":{"N":"{{{number}}}"},"v":{"S":"{{{value}}}"}}""");

    private async Task<ExportDescription> StartAsync(Action<ExportTableToPointInTimeRequest>? change = null)
    {
        ExportTableToPointInTimeRequest request = new() { TableArn = _table.Arn, S3Bucket = "exports" };
        change?.Invoke(request);
        return (await _dynamo.ExportTableToPointInTimeAsync(request)).ExportDescription;
    }

    private async Task<ExportDescription> DescribeAsync(ExportDescription export) =>
        (await _dynamo.DescribeExportAsync(new() { ExportArn = export.ExportArn })).ExportDescription;

    private JsonNode ReadProved(string name)
    {
        byte[] json = _bucket.Find(name + ".json")!.ToArray();
        Assert.Equal(Convert.ToBase64String(MD5.HashData(json)), Encoding.ASCII.GetString(_bucket.Find(name + ".md5")!.ToArray()));
        return JsonNode.Parse(json)!;
    }

    private List<string> ReadLines(string folder)
    {
        byte[] list = _bucket.Find(folder + "manifest-files.json")!.ToArray();
        Assert.Equal(Convert.ToBase64String(MD5.HashData(list)),
            Encoding.ASCII.GetString(_bucket.Find(folder + "manifest-files.md5")!.ToArray()));
        List<string> all = [];
        int empty = 0;
        foreach (string entry in Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonNode file = JsonNode.Parse(entry)!;
            StandInObject stored = _bucket.Find(file["dataFileS3Key"]!.GetValue<string>())!;
            byte[] bytes = stored.ToArray();
            Assert.Equal(Convert.ToBase64String(MD5.HashData(bytes)), file["md5Checksum"]!.GetValue<string>());
            Assert.Equal(stored.ETag.Trim('"'), file["etag"]!.GetValue<string>());
            using StreamReader reader = new(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
            string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(lines.Length, file["itemCount"]!.GetValue<int>());
            if (lines.Length == 0) empty++;
            all.AddRange(lines);
        }
        Assert.True(empty > 0, "an export has an empty file");
        return all;
    }
}
