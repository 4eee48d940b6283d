using System.Globalization;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Core.Tests.Cosmos;
using DynamoCosmos.Core.Tests.Items;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox.Cosmos;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using Xunit.Abstractions;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>
/// Generated and damaged lines through whole imports, from data files into an account: each is a document just as the slow reference makes
/// it, or is expired, or stands in the file of rejected items with its line, its reason and its text. DYNAMOCOSMOS_FUZZED_LINES sets how
/// many (20,000 without it;
/// 100,000 are the run of docs/reliability.md).
/// </summary>
[Trait("Category", "Slow")]
public sealed class FuzzedImportTests(ITestOutputHelper output)
{
    private const long Now = 1_767_225_600;

    private static readonly int s_lines = int.Parse(Environment.GetEnvironmentVariable("DYNAMOCOSMOS_FUZZED_LINES")
        ?? "20000", CultureInfo.InvariantCulture) / ConversionSettings.All.Count;

    public static TheoryData<int> Settings => [.. Enumerable.Range(0, ConversionSettings.All.Count)];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Each_line_becomes_the_references_document_or_is_rejected(int index)
    {
        (KeyMap keys, ConversionOptions options) = ConversionSettings.All[index];
        using FuzzedExport export = new(index, keys, options, s_lines);
        await using CosmosStandIn cosmos = await CosmosStandIn.StartAsync(new() { Throttle = false, InitialRanges = 3 });
        // Nothing expires in it, so that whatever was written can be looked at.
        cosmos.CreateContainer("shop", "items", [.. new ItemConverter(keys, options).PartitionKeyPaths]);
        ImportResult result = await ImportAsync(export, cosmos, keys, options);

        FuzzedOutcome expected = new(export, new(keys, options), Now);
        output.WriteLine($"{export.Lines.Count} lines: {expected.Written} written to {expected.Keys} documents, {expected.Expired} " +
            $"expired, {expected.Rejected.Count} rejected.");
        Assert.Equal((true, (long)export.Lines.Count, expected.Written, expected.Expired, (long)expected.Rejected.Count),
            (result.Completed, result.Read, result.Written, result.Expired, result.Rejected));
        // Lines that stand twice, and nothing else, replace a document.
        Assert.Equal(expected.Written - expected.Keys, result.Replaced);
        AssertDocuments(expected, cosmos);
        await AssertRejectionsAsync(expected, export);
        Assert.Empty(cosmos.Failures);
        Assert.True(expected.Written > s_lines / 8 && expected.Rejected.Count > s_lines / 10, "The generator says little.");
    }

    private static async Task<ImportResult> ImportAsync(FuzzedExport export, CosmosStandIn cosmos, KeyMap keys, ConversionOptions options)
    {
        using CloudConnections clouds = new();
        await using ExportSource source = new(await OpenedExport.OpenAsync(LocalExportStore.Open(ExportStores.LocationOf(export.Folder)),
            needsManifest: true, default), keys);
        await using CosmosSink sink = await cosmos.OpenSinkAsync("items");
        await using IRejectionFile rejections = RunFiles.OpenRejections(export.Rejections, new(), clouds);
        return await new ItemImport(source, new FilledSink(sink), new(keys, options), new(null, rejections), new(), new FixedClock())
            .RunAsync(NoMessages.Instance, default);
    }

    private static void AssertDocuments(FuzzedOutcome expected, CosmosStandIn cosmos)
    {
        HashSet<string> met = [];
        foreach (ReadOnlyMemory<byte> bytes in cosmos.Documents("shop", "items"))
        {
            string document = Encoding.UTF8.GetString(bytes.Span);
            Assert.True(expected.Documents.TryGetValue(FuzzedOutcome.AsStored(document), out string? key),
                $"The reference makes no such document:\n{document}");
            Assert.True(met.Add(key), $"A document is there twice:\n{document}");
        }
        Assert.Equal(expected.Keys, met.Count);
    }

    private static async Task AssertRejectionsAsync(FuzzedOutcome expected, FuzzedExport export)
    {
        using CloudConnections clouds = new();
        HashSet<(string, long)> met = [];
        await foreach (RejectedItem item in RejectedItems.ReadAsync(export.Rejections, new(), clouds, default))
        {
            Assert.True(met.Add((item.DataFile, item.Line)), $"Line {item.Line} of {item.DataFile} was rejected twice.");
            (RejectionReason reason, byte[] line) = expected.Rejected[(item.DataFile, item.Line)];
            Assert.Equal((reason, line.Length > FuzzedExport.LongestLine), (item.Reason, item.IsItemCut));
            byte[] text = item.IsItemBase64 ? Convert.FromBase64String(item.Item) : Encoding.UTF8.GetBytes(item.Item);
            Assert.True(item.IsItemCut
                ? line.AsSpan().StartsWith(text)
                : line.AsSpan().SequenceEqual(text), $"The text of line {item.Line} of {item.DataFile} is not what was rejected.");
        }
        Assert.Equal(expected.Rejected.Count, met.Count);
    }

    /// <summary>Of a container that is not empty: items may replace documents in it.</summary>
    private sealed class FilledSink(CosmosSink sink) : IItemSink
    {
        public string Identity => sink.Identity;

        public Task<WriteAnswer> WriteAsync(ItemWrite write, CancellationToken cancellationToken) =>
            sink.WriteAsync(write, cancellationToken);

        public ValueTask DisposeAsync() => sink.DisposeAsync();
    }

    /// <summary>The reference has to be told the same moment. Pauses and timers run as ever.</summary>
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
