using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

/// <summary>The source over exports as DynamoDB writes them, on disk.</summary>
public sealed class ExportSourceTests : IDisposable
{
    private static readonly KeyMap s_keys =
        new(new(SampleOrders.PartitionKey, KeyType.S), new(SampleOrders.SortKey, KeyType.S), SampleOrders.TimeToLiveAttribute);

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos ümlaut #").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_whole_export_is_imported_from_disk_file_by_file()
    {
        ExportLayout layout = new SampleOrders(1, expiredEvery: 50).WriteExport(_root, 3_000, files: 7);
        await using ExportSource source = await OpenAsync(layout);
        Assert.Equal((layout.Facts.ExportArn, 3_000, 7), (source.Identity, source.ItemCount!.Value, source.UnitCount!.Value));
        ScriptedSink sink = new();
        LocalCheckpointFile checkpoint = new(Path.Combine(layout.Folder, ".dynamocosmos", "orders.checkpoint.json"));
        LocalRejectionFile rejections = new(Path.Combine(layout.Folder, ".dynamocosmos", "orders.rejected.ndjson"));
        ImportResult result = await new ItemImport(source, sink, new(source.Keys, new ConversionOptions(), source.Format),
            new(checkpoint, rejections), new()).RunAsync(NoMessages.Instance, default);
        Assert.True(result.Completed);
        Assert.Equal((3_000, 2_940, 60, 0), (result.Read, result.Written, result.Expired, result.Rejected));
        Assert.Equal(2_940, sink.Documents.Count);
        Assert.Null(sink.Fault);
        Assert.True(File.Exists(checkpoint.Location));
        Assert.False(File.Exists(rejections.Location));
    }

    [Fact]
    public async Task Units_are_named_as_in_the_manifest_wherever_the_export_lies()
    {
        ExportLayout layout = new SampleOrders().WriteExport(_root, 10, files: 2, new() { S3Prefix = "deep/er" });
        await using ExportSource source = await OpenAsync(layout);
        await foreach (
            IItemUnit unit in source.ReadUnitsAsync(default)) Assert.StartsWith($"deep/er/AWSDynamoDB/{layout.Facts.ExportId}/data/",
            unit.Name);
    }

    [Fact]
    public async Task A_missing_data_file_is_an_error_that_names_it()
    {
        ExportLayout layout = new SampleOrders().WriteExport(_root, 10, files: 2);
        string file = Directory.GetFiles(Path.Combine(layout.Folder, "data"))[0];
        File.Delete(file);
        await using ExportSource source = await OpenAsync(layout);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAllAsync(source));
        Assert.Equal("DataFileMissing", error.ErrorId);
        Assert.Contains(Path.GetFileName(file), error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public async Task A_changed_list_of_files_shows_before_the_first_item(int at)
    {
        ExportLayout layout = new SampleOrders().WriteExport(_root, 10, files: 2);
        string list = Path.Combine(layout.Folder, "manifest-files.json");
        string text = File.ReadAllText(list);
        File.WriteAllText(list, at == 0 ? text[..(text.IndexOf('\n') + 1)] : text.Replace("\"itemCount\":5", "\"itemCount\":6"));
        Assert.Equal("ExportManifestMd5Mismatch", (await Assert.ThrowsAsync<MigrationException>(() => OpenAsync(layout))).ErrorId);
    }

    [Fact]
    public async Task An_export_in_Ion_makes_the_same_documents_as_one_in_JSON()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        ScriptedSink json = await ImportAsync(new SampleOrders(3, now).WriteExport(_root, 500, files: 3));
        ScriptedSink ion =
            await ImportAsync(new SampleOrders(3, now).WriteExport(Path.Combine(_root, "ion"), 500, files: 3, new() { IsIon = true }));
        Assert.Equal(500, ion.Documents.Count);
        Assert.Equal(json.Documents.OrderBy(static d => d.Key), ion.Documents.OrderBy(static d => d.Key));
    }

    [Fact]
    public async Task Binary_Ion_is_an_error_of_its_file_and_not_a_heap_of_rejections()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { IsIon = true });
        using (DataFileWriter file = layout.AddDataFile()) file.WriteLine([0xE0, 0x01, 0x00, 0xEA, 0xDE, 0x0A, 0x8E, 0x0A, 0x61]);
        layout.Complete();
        await using ExportSource source = await OpenAsync(layout);
        Assert.Equal("DataFileBinaryIon", (await Assert.ThrowsAsync<MigrationException>(() => ReadAllAsync(source))).ErrorId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_incremental_export_upserts_and_deletes_and_tells_its_window(bool isIon)
    {
        DateTimeOffset from = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200);
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { IsIon = isIon, FromTime = from, ToTime = from.AddHours(1) });
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteChange(1, """{"customerId":{"S":"c"},"orderId":{"S":"1"}}"""u8,
                """{"customerId":{"S":"c"},"orderId":{"S":"1"},"n":{"N":"2"}}"""u8, default);
            file.WriteChange(2, """{"customerId":{"S":"c"},"orderId":{"S":"2"}}"""u8, default,
                """{"customerId":{"S":"c"},"orderId":{"S":"2"},"n":{"N":"2"}}"""u8);
            // Expired on arrival: an earlier export may have left a document that is not.
            string expired = $$$"""{"customerId":{"S":"c"},"orderId":{"S":"3"},"expiresAt":{"N":"{{{from.ToUnixTimeSeconds()}}}"}}""";
            file.WriteChange(3, """{"customerId":{"S":"c"},"orderId":{"S":"3"}}"""u8, Encoding.UTF8.GetBytes(expired), default);
        }
        layout.Complete();
        await using ExportSource source = await OpenAsync(layout);
        Assert.Equal(new(layout.Facts.TableArn, from, from.AddHours(1)), source.Span);
        ScriptedSink sink = new();
        ImportResult result = await new ItemImport(source, sink, new(source.Keys, new ConversionOptions(), source.Format),
            new MemoryFiles().WithoutCheckpoint, new()).RunAsync(NoMessages.Instance, default);
        Assert.Equal((3, 1, 2, 0, 0), (result.Read, result.Written, result.Deleted, result.Expired, result.Rejected));
        Assert.Equal("c|1", Assert.Single(sink.Documents).Key);
    }

    [Fact]
    public async Task Changes_are_refused_where_the_keys_do_not_tell_which_document_they_are_of()
    {
        ExportLayout layout =
            ExportLayout.ToFolder(_root, new() { FromTime = DateTimeOffset.UtcNow.AddHours(-1), ToTime = DateTimeOffset.UtcNow });
        layout.Complete();
        await using ExportSource source = await OpenAsync(layout);
        foreach (ConversionOptions options in (ConversionOptions[])[new() { IdFrom = IdSource.Attribute, IdAttribute = "ref" },
            new() { PartitionKeyPaths = ["/region"] }])
        {
            Assert.Equal("ChangesNeedKeys",
                Assert.Throws<MigrationException>(() =>
                new ItemImport(source, new ScriptedSink(), new(source.Keys, options, source.Format), new MemoryFiles().WithoutCheckpoint,
                new())).ErrorId);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Key_types_are_told_by_the_first_record_of_either_format_and_of_a_change(bool isIon, bool isIncremental)
    {
        ExportFacts facts = new() { IsIon = isIon };
        if (isIncremental) facts = facts with { FromTime = DateTimeOffset.UtcNow.AddHours(-1), ToTime = DateTimeOffset.UtcNow };
        ExportLayout layout = ExportLayout.ToFolder(_root, facts);
        using (DataFileWriter file = layout.AddDataFile())
        {
            if (isIncremental) file.WriteChange(1, """{"id":{"N":"1"},"sk":{"B":"aGk="}}"""u8, default, default);
            else file.WriteItem("""{"id":{"N":"1"},"sk":{"B":"aGk="},"x":{"L":[]}}"""u8);
        }
        layout.Complete();
        Assert.Equal(new(new("id", KeyType.N), new("sk", KeyType.B)),
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("id"), KeyName.Parse("sk"), null, default));
        Assert.Equal("KeyAttributeNotInExport", (await Assert.ThrowsAsync<MigrationException>(async () =>
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("x"), null, null, default))).ErrorId);
    }

    [Fact]
    public async Task Key_types_that_are_not_given_are_those_of_the_first_item()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        layout.AddDataFile().Dispose();
        using (DataFileWriter file = layout.AddDataFile()) file.WriteItem("""{"a b":{"N":"1"},"sk":{"B":"aGk="},"x":{"S":"y"}}"""u8);
        layout.Complete();
        KeyMap keys = await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("a b"), KeyName.Parse("sk"), "expires",
            default);
        Assert.Equal(new(new("a b", KeyType.N), new("sk", KeyType.B), "expires"), keys);
        Assert.Equal(new(new("a b", KeyType.S), new("sk", KeyType.B)),
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("a b:S"), KeyName.Parse("sk"), null, default));
    }

    [Fact]
    public async Task A_key_attribute_that_the_first_item_lacks_is_an_error_that_lists_what_it_has()
    {
        ExportLayout layout = new SampleOrders().WriteExport(_root, 3, files: 1);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(async () =>
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("pk"), null, null, default));
        Assert.Equal("KeyAttributeNotInExport", error.ErrorId);
        Assert.Contains("customerId, orderId", error.Message);
        error = await Assert.ThrowsAsync<MigrationException>(async () =>
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("isGift"), null, null, default));
        Assert.Equal("KeyAttributeNotInExport", error.ErrorId);
    }

    [Fact]
    public async Task Lines_that_cannot_be_read_do_not_keep_the_others_from_telling_the_key_types()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteLine("[1,"u8);
            file.WriteLine("""{"Item":{"pk":{"N":"1"}"""u8);
            file.WriteItem("""{"pk":{"N":"1"},"sk":{"B":"aGk="}}"""u8);
        }
        layout.Complete();
        Assert.Equal(new(new("pk", KeyType.N), new("sk", KeyType.B)),
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("pk"), KeyName.Parse("sk"), null, default));
    }

    [Fact]
    public async Task Where_no_line_can_be_read_the_error_says_so_and_how_to_go_on()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        using (DataFileWriter file = layout.AddDataFile()) file.WriteLine("[1,"u8);
        layout.Complete();
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(async () =>
            await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("pk"), null, null, default));
        Assert.Equal("KeyAttributeNotInExport", error.ErrorId);
        Assert.Contains("can be read", error.Message);
        Assert.Contains("pk:S", error.Message);
    }

    [Theory]
    [InlineData("IN_PROGRESS", "Wait until")]
    [InlineData("FAILED", "Export the table again")]
    public async Task An_export_that_is_not_complete_is_told_by_its_status(string status, string told)
    {
        using CloudConnections clouds = new();
        ExportOrigin origin = new()
        {
            Export = new()
            {
                ExportStatus = status,
                ExportArn = "arn:aws:dynamodb:eu-central-1:1:table/T/export/x",
                Location = new Uri(_root + "/"),
                PartitionKey = new("pk", KeyType.S)
            },
        };
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => origin.OpenAsync(clouds, default));
        Assert.Equal("ExportHasNoLocation", error.ErrorId);
        Assert.Contains(told, error.Message);
    }

    [Fact]
    public async Task Of_an_export_without_items_any_key_will_do()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root);
        layout.AddDataFile().Dispose();
        layout.Complete();
        Assert.Equal(new(new("pk", KeyType.S)), await ExportSource.ReadKeysAsync(await OpenedAsync(layout), KeyName.Parse("pk"), null,
            null, default));
    }

    private static async Task<ScriptedSink> ImportAsync(ExportLayout layout)
    {
        await using ExportSource source = new(await OpenedAsync(layout), s_keys with { TtlAttribute = null });
        ScriptedSink sink = new();
        ImportResult result = await new ItemImport(source, sink, new(source.Keys, new ConversionOptions(), source.Format),
            new MemoryFiles().WithoutCheckpoint, new()).RunAsync(NoMessages.Instance, default);
        Assert.Equal(result.Read, result.Written);
        return sink;
    }

    private static async Task<ExportSource> OpenAsync(ExportLayout layout) => new(await OpenedAsync(layout), s_keys);

    private static Task<OpenedExport> OpenedAsync(ExportLayout layout) =>
        OpenedExport.OpenAsync(LocalExportStore.Open(StoreKeys.OfFolder(layout.Folder)), needsManifest: true, default);

    private static async Task<long> ReadAllAsync(ExportSource source)
    {
        long records = 0;
        await foreach (IItemUnit unit in source.ReadUnitsAsync(default))
        {
            await using ItemReader reader = await unit.OpenAsync(default);
            while (await reader.FillAsync(default))
            {
                while (reader.TryRead(out ItemRecord record))
                {
                    Assert.StartsWith("{\"Item\":", Encoding.UTF8.GetString(record.Text));
                    records++;
                }
            }
        }
        return records;
    }
}
