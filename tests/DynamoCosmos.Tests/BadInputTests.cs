using System.Management.Automation;
using System.Text;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests;

/// <summary>
/// What users have that is not as it should be. Each: an error with a stable id that names the thing, nothing lost and nothing
/// half-claimed.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const int Items = 40;

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos-bad-").FullName;
    private SandboxSession _session = null!;
    private string _folder = "";

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync();
        _session.Cosmos.CreateDatabase("shop");
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 100_000, defaultTtl: -1);
        _folder = new SampleOrders().WriteExport(_root, Items, files: 2).Folder;
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_missing_manifest() =>
        Expect("ExportManifestMissing", _folder, () => File.Delete(Path.Combine(_folder, "manifest-summary.json")));

    [Fact]
    public void A_folder_that_is_not_there() =>
        Expect("ExportManifestMissing", $"There is no folder {_folder.TrimEnd('/')}.", () => Directory.Delete(_folder, recursive: true));

    [Fact]
    public void A_file_in_place_of_a_folder()
    {
        Directory.Delete(_folder, recursive: true);
        Expect("ExportManifestMissing", $"{_folder.TrimEnd('/')} is a file", () => File.WriteAllText(_folder.TrimEnd('/'), "{}"));
    }

    [Fact]
    public void A_damaged_manifest() =>
        Expect("ExportManifestMd5Mismatch", "manifest-summary.json", () =>
        File.AppendAllText(Path.Combine(_folder, "manifest-summary.json"), " "));

    [Fact]
    public void A_wrong_md5_file() =>
        Expect("ExportManifestMd5Mismatch", "manifest-files", () =>
        File.WriteAllText(Path.Combine(_folder, "manifest-files.md5"), "AAAAAAAAAAAAAAAAAAAAAA=="));

    [Fact]
    public void A_missing_data_file() => Expect("DataFileMissing", ".json.gz", () => File.Delete(DataFile()));

    [Fact]
    public void A_data_file_with_one_byte_changed()
    {
        byte[] bytes = File.ReadAllBytes(DataFile());
        // In the header's time stamp, where gzip itself does not notice.
        bytes[5] ^= 1;
        Expect("DataFileMd5Mismatch", ".json.gz", () => File.WriteAllBytes(DataFile(), bytes));
    }

    [Fact]
    public void A_truncated_data_file()
    {
        byte[] bytes = File.ReadAllBytes(DataFile());
        string id = Fails(() => File.WriteAllBytes(DataFile(), bytes[..(bytes.Length / 2)])).ErrorId!;
        Assert.Contains(id,
            (string[])["DataFileDamaged,DynamoCosmos.Commands.ImportCosmosItemsCommand",
            "DataFileMd5Mismatch,DynamoCosmos.Commands.ImportCosmosItemsCommand"]);
        // The other file is good and is there; the import is not complete, and goes on once the file is put right.
        File.WriteAllBytes(DataFile(), bytes);
        Assert.Equal(true, Import().Single().Properties["Completed"].Value);
        Assert.Equal(Items, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_count_other_than_the_manifests()
    {
        ExportLayout layout = ExportLayout.ToFolder(Path.Combine(_root, "count"));
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteLine("""{"Item":{"customerId":{"S":"a"},"orderId":{"S":"1"}}}"""u8);
            // Counted as a line by who wrote it, and no item.
            file.WriteLine([]);
        }
        layout.Complete();
        _folder = layout.Folder;
        Expect("CountMismatch", ".json.gz", () => { });
    }

    [Fact]
    public void Lines_of_all_bad_kinds_are_rejected_by_name_and_the_good_ones_arrive()
    {
        string tail = new('\u0001', 500_000);
        (byte[] Line, string Reason)[] lines =
        [
            (Text("""{"Item":{"customerId":{"S":"a"},"orderId":{"S":"good"}}}"""), ""),
            (Text("""{"Item":{"customerId":{"S":"a"},"orderId":{"S":"three megabytes"},"x":{"S":"@"}}}""".Replace("@",
                string.Concat(Enumerable.Repeat("\\u0001", tail.Length)))), "ItemTooLarge"),
            ([.. "{\"Item\":{\"customerId\":{\"S\":\""u8, 0xFF, .. "\"},\"orderId\":{\"S\":\"1\"}}}"u8], "MalformedItem"),
            (Text("""{"customerId":"a","orderId":"1"}"""), "MalformedItem"),
            (Text("""{"Item":{"customerId":{"S":"a"},"orderId":{"S":"1"},"n":{"N":"1"},"n":{"N":"2"}}}"""), "MalformedItem"),
            (Text("""{"Item":{"customerId":{"S":"a"}}}"""), "MissingKey"),
            (Text("""{"Item":{"customerId":{"S":"a"},"orderId":{"N":"1"}}}"""), "KeyTypeMismatch"),
        ];
        ExportLayout layout = ExportLayout.ToFolder(Path.Combine(_root, "lines"));
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach ((byte[] line, _) in lines) file.WriteLine(line);
        }
        layout.Complete();
        _folder = layout.Folder;

        PSObject result = Import().Single();
        Assert.Equal((long)lines.Length, result.Properties["Read"].Value);
        Assert.Equal(1L, result.Properties["Written"].Value);
        string[] rejected = File.ReadAllLines((string)result.Properties["RejectedItemPath"].Value);
        Assert.Equal(lines.Where(l => l.Reason.Length > 0).Select(l => l.Reason),
            rejected.Select(r => System.Text.Json.JsonDocument.Parse(r).RootElement.GetProperty("reason").GetString()));
        Assert.Equal(1, _session.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public void A_gzip_that_ends_early_though_its_MD5_is_right()
    {
        ExportLayout layout = ExportLayout.ToFolder(Path.Combine(_root, "cut"));
        using (DataFileWriter file = layout.AddDataFile()) file.WriteLine("""{"Item":{"customerId":{"S":"a"},"orderId":{"S":"1"}}}"""u8);
        layout.Complete();
        _folder = layout.Folder;
        byte[] cut = File.ReadAllBytes(DataFile())[..^6];
        string files = Path.Combine(_folder, "manifest-files.json");
        string old = Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(File.ReadAllBytes(DataFile())));
        File.WriteAllBytes(DataFile(), cut);
        File.WriteAllText(files, File.ReadAllText(files)
            .Replace(Json(old), Json(Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(cut)))));
        File.WriteAllText(Path.Combine(_folder, "manifest-files.md5"),
            Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(File.ReadAllBytes(files))));
        Expect("DataFileDamaged", ".json.gz", () => { });
    }

    [Fact]
    public void Another_partition_key()
    {
        _session.Cosmos.CreateContainer("shop", "other", ["/orderId"], throughput: 10_000);
        ScriptRun run = Import(container: "other");
        Assert.Equal("PartitionKeyDiffers,DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.Contains("/orderId", run.Errors[0].ToString());
        Assert.Contains("/customerId", run.Errors[0].ToString());
        Assert.Equal(0, _session.Cosmos.Count("shop", "other"));
    }

    [Fact]
    public void Keys_that_nobody_told() => Assert.Equal("KeysUnknown,DynamoCosmos.Commands.ImportCosmosItemsCommand",
        _session.Invoke(
            $"Import-CosmosItems -Location '{_folder}' -AccountName mycosmos -DatabaseName shop -ContainerName orders").ErrorId);

    [Fact]
    public void A_key_that_no_item_has() => Assert.Equal("KeyAttributeNotInExport,DynamoCosmos.Commands.ImportCosmosItemsCommand",
        _session.Invoke($"Import-CosmosItems -Location '{_folder}' -AccountName mycosmos -DatabaseName shop -ContainerName orders " +
            "-PartitionKeyAttribute nobody").ErrorId);

    [Fact]
    public void A_container_that_does_not_exist() =>
        Assert.Equal("CosmosContainerNotFound,DynamoCosmos.Commands.ImportCosmosItemsCommand", Import(container: "nowhere").ErrorId);

    [Fact]
    public void Throttling_without_end_stops_the_run_which_can_go_on()
    {
        _session.Cosmos.OperationFault = _ =>
            new CosmosFault { Status = 429, SubStatus = 3200, RetryAfter = TimeSpan.FromMilliseconds(10) };
        ScriptRun run = Import("-RetryTimeout 2");
        Assert.Equal("ThrottledTooLong,DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.Empty(run.Output);
        _session.Cosmos.OperationFault = null;
        Assert.Equal((long)Items, Import().Single().Properties["Written"].Value);
    }

    [Theory]
    [InlineData("-AccessKey AKIANOBODY0000000000", "AwsCredentialsRejected")]
    [InlineData("-Region us-west-1", "AwsRegionWrong")]
    public void Who_is_not_let_into_AWS(string parameters, string id)
    {
        string actual =
            _session.Invoke($"Get-DynamoExport -Location s3://my-exports/AWSDynamoDB/01700000000000-abcdef12/ {parameters}").ErrorId!;
        Assert.Equal($"{id},DynamoCosmos.Commands.GetDynamoExportCommand", actual);
    }

    [Fact]
    public void A_wrong_account_key_is_refused_by_name_and_not_repeated()
    {
        string key = Convert.ToBase64String(new byte[64]);
        _session.Host.Set("wrong", new System.Net.NetworkCredential("", key).SecurePassword);
        ScriptRun run = Import("-AccountKey $wrong");
        Assert.Equal("CosmosKeyRefused,DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.DoesNotContain(key, run.Errors[0].ToString());
    }

    [Fact]
    public void An_account_that_does_not_exist() => Assert.Equal("CosmosNotReachable,DynamoCosmos.Commands.ImportCosmosItemsCommand",
        Import("-AccountEndpoint http://127.0.0.1:1/").ErrorId);

    private void Expect(string id, string named, Action damage)
    {
        ScriptRun run = Fails(damage);
        Assert.Equal($"{id},DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.Contains(named.TrimEnd('/'), run.Errors[0].ToString());
    }

    private ScriptRun Fails(Action damage)
    {
        damage();
        ScriptRun run = Import();
        Assert.Empty(run.Output);
        return run;
    }

    private ScriptRun Import(string more = "", string container = "orders") => _session.Invoke(
        $"Import-CosmosItems -Location '{_folder}' -AccountName mycosmos -DatabaseName shop -ContainerName {container} " +
            $"-PartitionKeyAttribute customerId -SortKeyAttribute orderId {more}");

    private string DataFile() => Directory.GetFiles(Path.Combine(_folder, "data")).Order(StringComparer.Ordinal).First();

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
