using System.IO.Compression;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

/// <summary>Folders of DynamoDB JSON that no manifest tells of, in the forms that people have them.</summary>
[Trait("Category", "Slow")]
public sealed class ItemFolderTests : IDisposable
{
    private const string A = """{"Item":{"pk":{"S":"a"}}}""", B = """{"Item":{"pk":{"S":"b } ] , \" \\"},"n":{"N":"1"}}}""";
    private const string BareA = """{"pk":{"S":"a"}}""", BareB = """{"pk":{"S":"b } ] , \" \\"},"n":{"N":"1"}}""";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos folder ").FullName;

    public static TheoryData<string, string> Forms => new()
    {
        { "one a line", $"{BareA}\n{BareB}\n" },
        { "one a line, without a last line end", $"{BareA}\n{BareB}" },
        { "with the wrapper", $"{A}\r\n\r\n{B}\r\n" },
        { "spaced", """ { "pk" : { "S" : "a" } } """ + "\n\t" + """{"pk": {"S": "b } ] , \" \\"}, "n": {"N": "1"}}""" },
        { "an array", $"[{BareA},{BareB}]" },
        { "an array over lines", $"[\n  {A},\n  {B}\n]\n" },
        { "a scan in one line", $$"""{"Items":[{{BareA}},{{BareB}}],"Count":2,"ScannedCount":2,"ConsumedCapacity":null}""" },
        { "a scan with its counts first",
            $$$"""{"Count":2,"NextToken":"e [ { ","LastEvaluatedKey":{"pk":{"S":"Items"}},"Items":[{{{BareA}}},{{{BareB}}}],"ScannedCount":2}""" },
        { "a scan as the command line writes it", "{\n    \"Items\": [\n        {\n            \"pk\": {\n                \"S\": " +
            "\"a\"\n            }\n        },\n        {\n            \"pk\": {\n                \"S\": \"b } ] , \\\" \\\\\"\n         " +
            "   },\n            \"n\": {\n                \"N\": \"1\"\n            }\n        }\n    ],\n    \"Count\": 2,\n    " +
            "\"ScannedCount\": 2,\n    \"ConsumedCapacity\": null\n}\n" },
        { "several pages", $$$"""{"Items":[],"Count":0}{"Items":[{{{BareA}}}],"Count":1,"LastEvaluatedKey":{"pk":{"S":"a"} } }""" + "\n" +
            $$"""{"Items":[{{BareB}}],"Count":1}""" },
        { "items pretty-printed one after the other", "{\n  \"pk\": {\n    \"S\": \"a\"\n  }\n}\n{\n  \"Item\": " + BareB + "\n}\n" },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_gives_the_same_items_however_it_comes_in_pieces(string form, string text)
    {
        foreach (int chunk in (int[])[1, 2, 7, 64, 4096])
        {
            foreach (bool isGzip in (bool[])[false, true])
            {
                List<string> items = await ReadAsync(Encoding.UTF8.GetBytes(text), isGzip, chunk);
                Assert.True(items.SequenceEqual([A, B]), $"{form} in pieces of {chunk}: {string.Join(" ; ", items)}");
            }
        }
    }

    [Fact]
    public async Task An_attribute_called_Items_or_Item_is_an_attribute()
    {
        string items = """{"Items":{"L":[{"S":"x"}]},"pk":{"S":"a"}}""", item = """{"pk":{"S":"a"},"Item":{"M":{}}}""";
        Assert.Equal([$$$"""{"Item":{{{items}}}}""", $$$"""{"Item":{{{item}}}}"""],
            await ReadAsync(Encoding.UTF8.GetBytes($"{items}\n{item}\n"), isGzip: false, 16));
    }

    [Fact]
    public async Task In_a_file_of_lines_a_damaged_one_spoils_no_other()
    {
        string text = $"{BareA}\n{{\"pk\":{{\"S\":\"half\n{{\"pk\":{{\"S\":\"open\"}}\n{BareB}\n";
        List<string> items = await ReadAsync(Encoding.UTF8.GetBytes(text), isGzip: false, 16);
        Assert.Equal((4, A, B), (items.Count, items[0], items[3]));
        ItemConverter converter = new(new(new("pk", KeyType.S)));
        Assert.All(items.Skip(1).Take(2), item =>
            Assert.Equal(ConversionOutcome.Rejected, converter.Convert(Encoding.UTF8.GetBytes(item), 0, new())));
    }

    [Theory]
    [InlineData("pk,n\na,1\n", "ItemFileNotRecognized")]
    [InlineData("null", "ItemFileNotRecognized")]
    [InlineData("[1,2]", "ItemFileNotRecognized")]
    [InlineData("[" + BareA + " ; " + BareB + "]", "ItemFileNotRecognized")]
    [InlineData("[" + BareA, "ItemFileIncomplete")]
    [InlineData("{\"Items\":[" + BareA + "],\"Count\":", "ItemFileIncomplete")]
    [InlineData(BareA + "\n{\"pk\":", "ItemFileIncomplete")]
    [InlineData("{\"Items\":[" + BareA + "],\"Count\":2}", "CountMismatch")]
    [InlineData("{\"Count\":2,\"Items\":[" + BareA + "]}", "CountMismatch")]
    [InlineData("{\"Items\":[" + BareA + "],\"Count\":1}{\"Items\":[],\"Count\":1}", "CountMismatch")]
    [InlineData("{\"Items\":[" + BareA + "],\"Items\":[" + BareB + "]}", "ItemFileNotRecognized")]
    [InlineData("{\"Items\":[" + BareA + "],\"Count\" 1}", "ItemFileNotRecognized")]
    [InlineData("""{"Metadata":{"WriteTimestampMicros":{"N":"1"}},"Keys":{"pk":{"S":"a"}}}""", "ChangesWithoutManifest")]
    public async Task What_is_no_file_of_items_or_was_cut_is_an_error(string text, string errorId)
    {
        foreach (int chunk in (int[])[1, 4096])
        {
            Assert.Equal(errorId,
                (await Assert.ThrowsAsync<MigrationException>(() =>
                ReadAsync(Encoding.UTF8.GetBytes(text), isGzip: false, chunk))).ErrorId);
        }
    }

    [Fact]
    public async Task Gzip_that_was_cut_is_an_error_even_between_two_items()
    {
        byte[] whole = Compress(Encoding.UTF8.GetBytes($"{BareA}\n{BareB}\n"));
        await using ItemTextReader reader = new(new MemoryStream(whole[..^6]), new("file:///x.json.gz"), isGzip: true);
        Assert.Equal("DataFileDamaged", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(reader))).ErrorId);
    }

    [Fact]
    public async Task An_item_that_is_too_long_is_passed_over_and_the_next_one_is_whole()
    {
        string text = $$$"""{"Items":[{"pk":{"S":"long"},"x":{"S":"{{{new string('x', 300_000)}}}"}},{{{BareA}}}]}""";
        await using ItemTextReader reader = new(new MemoryStream(Encoding.UTF8.GetBytes(text)), new("file:///x.json"), isGzip: false,
            new(ChunkBytes: 4096, MaxLineBytes: 100_000));
        List<(string Text, bool IsTooLong)> items = [];
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord record)) items.Add((Encoding.UTF8.GetString(record.Text), record.IsTooLong));
        }
        Assert.Equal((2, true, false, A), (items.Count, items[0].IsTooLong, items[1].IsTooLong, items[1].Text));
    }

    [Fact]
    public async Task One_huge_document_takes_no_more_memory_than_one_item()
    {
        byte[] piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"    {BareB},\n", 1000)));
        await using ItemTextReader reader = new(
            new Repeated("{ \"Items\": [\n"u8.ToArray(), piece, 1000, Encoding.UTF8.GetBytes($"{BareA} ], \"Count\": 1 }}")),
            new("file:///x.json"), isGzip: false);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long items = 0;
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord _)) items++;
        }
        Assert.Equal(1_000_001, items);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * 1024 * 1024);
    }

    [Theory]
    [InlineData(""","LastEvaluatedKey":{"pk":{"S":"a"}}}""", true)]
    [InlineData(""","NextToken":"e30=","Count":500}""", true)]
    [InlineData(""","NextToken":null,"LastEvaluatedKey":{}}""", false)]
    [InlineData(""","Count":0}""", false)]
    public async Task A_single_scan_that_was_not_at_its_end_is_an_error_also_to_the_next_run(string rest, bool isOpen)
    {
        Write("scan.json", $$"""{"Items":[{{BareA}},{{BareB}}]{{rest}}""");
        MemoryFiles files = new();
        foreach (int _ in (int[])[1, 2])
        {
            await using ItemFolderSource source = await OpenAsync();
            Task<ImportResult> import =
                new ItemImport(source, new ScriptedSink(), Router(source), files.Files, new()).RunAsync(NoMessages.Instance, default);
            if (isOpen) Assert.Equal("ScanIncomplete", (await Assert.ThrowsAsync<MigrationException>(() => import)).ErrorId);
            else Assert.True((await import).Completed);
        }
    }

    [Theory]
    [InlineData(true, ""","LastEvaluatedKey":{"pk":{"S":"a"}}}""", ""","LastEvaluatedKey":{"pk":{"S":"b"}}}""")]
    [InlineData(false, ""","LastEvaluatedKey":{"pk":{"S":"a"}}}""", "}")]
    [InlineData(false, "}", ""","LastEvaluatedKey":{"pk":{"S":"b"}}}""")]
    public async Task One_file_for_each_answer_of_a_scan_is_whole_with_its_last(bool isOpen, string first, string second)
    {
        Write("1.json", $$"""{"Items":[{{BareA}}]{{first}}""");
        Write("2.json", $$"""{"Items":[{{BareB}}]{{second}}""");
        MemoryFiles files = new();
        foreach (int _ in (int[])[1, 2])
        {
            await using ItemFolderSource source = await OpenAsync();
            Task<ImportResult> import =
                new ItemImport(source, new ScriptedSink(), Router(source), files.Files, new()).RunAsync(NoMessages.Instance, default);
            if (!isOpen) Assert.True((await import).Completed);
            else Assert.Contains("All 2 files end", (await Assert.ThrowsAsync<MigrationException>(() => import)).Message,
                StringComparison.Ordinal);
        }
        Write("3.jsonl", BareA);
        await using ItemFolderSource mixed = await OpenAsync();
        await foreach (IItemUnit _ in mixed.ReadUnitsAsync(default))
        {
        }
    }

    [Fact]
    public async Task A_folder_is_read_file_by_file_and_says_that_it_has_no_manifest()
    {
        Write("b.json", $$"""{"Items":[{{BareA}}]}""");
        File.WriteAllBytes(Path.Combine(_root, "a.jsonl.gz"), Compress(Encoding.UTF8.GetBytes(BareB)));
        Write("readme.txt", "not of it");
        Directory.CreateDirectory(Path.Combine(_root, "_dynamocosmos"));
        Write(Path.Combine("_dynamocosmos", "x.checkpoint.json"), "{}");
        await using ItemFolderSource source = await OpenAsync();
        List<string> names = [];
        await foreach (IItemUnit unit in source.ReadUnitsAsync(default)) names.Add(unit.Name);
        Assert.Equal(["a.jsonl.gz", "b.json"], names);
        Assert.Equal((2, null), (source.UnitCount, source.ItemCount));
        Assert.Contains("no manifest", source.Notice);
        Assert.Contains("1 other file", source.Notice);
        Assert.Equal(new(new("pk", KeyType.S)), await ItemFolderSource.ReadKeysAsync(await OpenedAsync(), KeyName.Parse("pk"), null, null,
            default));
    }

    [Theory]
    [InlineData("_started")]
    [InlineData("manifest-files.json")]
    [InlineData("AWSDynamoDB/01700000000000-abcdef12/manifest-summary.json")]
    [InlineData("data/abc.json.gz")]
    [InlineData("readme.txt")]
    public async Task An_export_without_its_summary_is_no_folder_of_items(string file)
    {
        if (file != "readme.txt" && !file.StartsWith("data/", StringComparison.Ordinal)) Write("a.json", BareA);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
        Write(file, BareA);
        Assert.Equal("ExportManifestMissing", (await Assert.ThrowsAsync<MigrationException>(OpenAsync)).ErrorId);
    }

    [Fact]
    public async Task A_run_that_broke_off_goes_on_in_the_middle_of_a_document_and_notices_other_files()
    {
        const int count = 12_000;
        Write("scan.json", "{\"Items\":[" +
            string.Join(",\n", Enumerable.Range(0, count).Select(static i => $$$"""{"pk":{"S":"{{{i}}}"}}""")) + "]}");
        MemoryFiles files = new();
        ScriptedSink sink = new() { Script = static (write, _) => write.Id == "9000" ? new(403, 0, 0) : null };
        await using (ItemFolderSource source = await OpenAsync())
        {
            await Assert.ThrowsAsync<MigrationException>(() => new ItemImport(source, sink, Router(source), files.Files, new())
                .RunAsync(NoMessages.Instance, default));
        }
        sink.Script = null;
        await using (ItemFolderSource source = await OpenAsync())
        {
            ImportResult result =
                await new ItemImport(source, sink, Router(source), files.Files, new()).RunAsync(NoMessages.Instance, default);
            Assert.Equal((true, 2, (long)count, count), (result.Completed, result.Runs, result.Written, sink.Documents.Count));
        }
        // Segments of 5,000 items: what was settled was not written again.
        Assert.InRange(sink.Tries.Values.Count(static tries => tries > 1), 1, count - 5_000);
        Write("another.json", BareA);
        await using ItemFolderSource other = await OpenAsync();
        Assert.Equal("CheckpointMismatch",
            (await Assert.ThrowsAsync<MigrationException>(() => new ItemImport(other, sink, Router(other), files.Files, new())
            .RunAsync(NoMessages.Instance, default))).ErrorId);
    }

    private static ItemRouter Router(ItemFolderSource source) => new(source.Keys, new ConversionOptions(), source.Format);

    private Task<OpenedExport> OpenedAsync() => OpenedExport.OpenAsync(LocalExportStore.Open(StoreKeys.OfFolder(_root)),
        needsManifest: false, default);

    private async Task<ItemFolderSource> OpenAsync() => new(await OpenedAsync(), new(new("pk", KeyType.S)));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_root, name), text);

    private static async Task<List<string>> ReadAsync(byte[] text, bool isGzip, int chunk)
    {
        await using ItemTextReader reader =
            new(new MemoryStream(isGzip ? Compress(text) : text), new("file:///x.json"), isGzip, new(ChunkBytes: chunk));
        return await ReadAsync(reader);
    }

    private static async Task<List<string>> ReadAsync(ItemTextReader reader)
    {
        List<string> items = [];
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord record))
            {
                items.Add(Encoding.UTF8.GetString(record.Text));
                Assert.Equal(items.Count, record.Line);
            }
        }
        return items;
    }

    private static byte[] Compress(byte[] text)
    {
        using MemoryStream stored = new();
        using (GZipStream gzip = new(stored, CompressionLevel.Fastest)) gzip.Write(text);
        return stored.ToArray();
    }

    /// <summary>A beginning, one piece many times over, and an end.</summary>
    private sealed class Repeated(byte[] start, byte[] piece, int times, byte[] end) : Stream
    {
        private byte[] _current = start;
        private int _at, _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == _current.Length && _given <= times)
            {
                _current = _given++ < times ? piece : end;
                _at = 0;
            }
            int count = Math.Min(buffer.Length, _current.Length - _at);
            _current.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
