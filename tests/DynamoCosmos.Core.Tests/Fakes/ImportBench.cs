using DynamoCosmos.Basics;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Fakes;

/// <summary>One import with all its fakes; runs of it follow each other over the same disk and container.</summary>
internal sealed class ImportBench
{
    internal ListSource Source { get; set; } = ListSource.Of(3, 100);

    internal ScriptedSink Sink { get; set; } = new();

    internal MemoryFiles Disk { get; set; } = new();

    internal ConversionOptions Conversion { get; set; } = new();

    /// <summary>In place of one conversion for all.</summary>
    internal IReadOnlyList<ItemRoute>? Routes { get; set; }

    internal IDocumentTransform? Transform { get; set; }

    internal ImportOptions Options { get; set; } = new() { Parallelism = 2, RetryTimeout = TimeSpan.FromMinutes(10) };

    internal VirtualTime Time { get; } = new();

    internal bool HasCheckpoint { get; set; } = true;

    internal ItemImport Import { get; private set; } = null!;

    internal List<string> Warnings { get; } = [];

    internal async Task<ImportResult> RunAsync(ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        Import = new(Source, Sink, Routes is null
            ? new(Source.Keys, Conversion, Source.Format) : new(Source.Keys, Routes, Source.Format), HasCheckpoint
            ? Disk.Files : Disk.WithoutCheckpoint, options ?? Options, Time, Transform);
        Task<ImportResult> run = Import.RunAsync(new Messages(Warnings), cancellationToken);
        await Time.RunAsync(run);
        ImportResult result = await run;
        Assert.Null(Sink.Fault);
        Assert.Equal(0, Sink.InFlight);
        Assert.Equal(result.Read + result.Added, result.Written + result.Deleted + result.Expired + result.Filtered + result.Rejected);
        return result;
    }

    internal async Task<MigrationException> FailAsync(ImportOptions? options = null)
    {
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(options));
        Assert.Null(Sink.Fault);
        Assert.Equal(0, Sink.InFlight);
        return error;
    }

    /// <summary>Every item of the source is in the container, as a converter of its own makes it, and nothing else is.</summary>
    internal void AssertAllArrived(int items)
    {
        Assert.Equal(items, Sink.Documents.Count);
        ItemConverter converter = new(Source.Keys, Conversion);
        DocumentBuffer buffer = new();
        for (int number = 0; number < items; number++)
        {
            Assert.Equal(ConversionOutcome.Document,
                converter.Convert(System.Text.Encoding.UTF8.GetBytes(ListSource.Line(number)), 0, buffer));
            Assert.Equal(System.Text.Encoding.UTF8.GetString(buffer.Document.Span), Sink.Documents[buffer.Id]);
        }
    }

    private sealed class Messages(List<string> warnings) : IRunMessages
    {
        public ValueTask VerboseAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask WarningAsync(string text, CancellationToken cancellationToken)
        {
            lock (warnings) warnings.Add(text);
            return ValueTask.CompletedTask;
        }
    }
}
