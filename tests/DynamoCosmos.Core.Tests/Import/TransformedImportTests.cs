using System.Globalization;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Imports whose converted documents become none, one or several others.</summary>
[Trait("Category", "Slow")]
public sealed class TransformedImportTests
{
    private readonly ImportBench _bench = new() { Transform = new FakeTransform(ByThree) };

    [Fact]
    public async Task Counts_add_up_with_what_is_left_out_and_what_is_added()
    {
        ImportResult result = await _bench.RunAsync();
        Assert.True(result.Completed);
        Assert.Equal((300L, 100L, 300L, 100L, 0L), (result.Read, result.Added, result.Written, result.Filtered, result.Rejected));
        Assert.Equal(300, _bench.Sink.Documents.Count);
        Assert.Equal("""{"id":"k2-b","pk":"k2"}""", _bench.Sink.Documents["k2-b"]);
        Assert.Equal((300L, 1.0), (_bench.Import.Progress.Done, (double)_bench.Import.Progress.Done / _bench.Import.Progress.Total!.Value));
    }

    [Fact]
    public async Task A_transform_that_changes_nothing_makes_the_documents_of_an_import_without_it()
    {
        _bench.Transform = new FakeTransform(static (document, _) => [document]);
        await _bench.RunAsync();
        _bench.AssertAllArrived(300);
    }

    [Fact]
    public async Task An_interrupted_import_ends_with_the_counts_and_documents_of_one_run()
    {
        _bench.Source = ListSource.Of(1, 30_000);
        ImportBench whole = new() { Transform = _bench.Transform, Source = ListSource.Of(1, 30_000) };
        ImportResult expected = await whole.RunAsync();
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        // Fewer in flight than most stops find: many end between two documents of one line.
        ImportOptions options = _bench.Options with { StopAfter = TimeSpan.FromSeconds(5), MaxInFlight = 197 };
        ImportResult result;
        int runs = 0;
        do
        {
            result = await _bench.RunAsync(options);
            Assert.True(++runs < 50, "The import does not come to an end.");
        }
        while (!result.Completed);
        Assert.True(runs > 1);
        Assert.Equal((expected.Read, expected.Added, expected.Written, expected.Filtered),
            (result.Read, result.Added, result.Written, result.Filtered));
        Assert.Equal(
            new SortedDictionary<string, string>(whole.Sink.Documents), new SortedDictionary<string, string>(_bench.Sink.Documents));
    }

    [Fact]
    public async Task A_line_of_which_only_a_part_could_be_written_is_not_settled()
    {
        _bench.Source = ListSource.Of(1, 1);
        _bench.Transform =
            new FakeTransform(static (_, _) => Enumerable.Range(0, 50).Select(static i => $$"""{"id":"d{{i}}","pk":"k0"}"""));
        // The first answers never come, so that the later documents of the line find no room.
        _bench.Sink.Delay = static cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken);
        ImportOptions options =
            _bench.Options with { StopAfter = TimeSpan.FromSeconds(5), MaxInFlight = 10, DrainTimeout = TimeSpan.FromSeconds(1) };
        ImportResult stopped = await _bench.RunAsync(options);
        Assert.Equal((false, 0L, 0L, 0L), (stopped.Completed, stopped.Read, stopped.Added, stopped.Written));
        _bench.Sink.Delay = null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 1L, 49L, 50L), (result.Completed, result.Read, result.Added, result.Written));
    }

    [Theory]
    [InlineData("""{"pk":"a"}""", RejectionReason.MissingKey)]
    [InlineData("""{"id":"","pk":"a"}""", RejectionReason.MissingKey)]
    [InlineData("""{"id":"a"}""", RejectionReason.MissingKey)]
    [InlineData("""{"id":"a","pk":{}}""", RejectionReason.KeyTypeMismatch)]
    [InlineData("""{"id":5,"pk":"a"}""", RejectionReason.TransformFailed)]
    [InlineData("""{"id":"a/b","pk":"a"}""", RejectionReason.TransformFailed)]
    [InlineData("""{"id":"a","id":"b","pk":"a"}""", RejectionReason.TransformFailed)]
    [InlineData("""["id"]""", RejectionReason.TransformFailed)]
    [InlineData("{", RejectionReason.TransformFailed)]
    [InlineData("long id", RejectionReason.TransformFailed)]
    [InlineData("long key", RejectionReason.PartitionKeyTooLong)]
    [InlineData("large", RejectionReason.ItemTooLarge)]
    [InlineData("many", RejectionReason.TransformFailed)]
    [InlineData("twice", RejectionReason.DuplicateId)]
    [InlineData("throw", RejectionReason.TransformFailed)]
    public async Task What_cannot_be_written_rejects_its_item_whole_and_no_other(string made, RejectionReason reason)
    {
        string[] documents = made switch
        {
            "long id" => [$$"""{"id":"{{new string('é', 512)}}","pk":"a"}"""],
            "long key" => [$$"""{"id":"a","pk":"{{new string('x', 2049)}}"}"""],
            "large" => [$$"""{"id":"a","pk":"a","x":"{{new string('x', DocumentBuffer.MaxDocumentBytes)}}"}"""],
            "many" => [.. Enumerable.Range(0, DocumentMaker.MaxDocuments + 1).Select(static i => $$"""{"id":"{{i}}","pk":"a"}""")],
            "twice" => ["""{"id":"a","pk":"a"}""", """{"id":"a","pk":"a"}"""],
            _ => [made],
        };
        _bench.Transform = new FakeTransform((document, number) => number != 7
            ? [document] : made == "throw"
            ? throw new TransformFailedException("line 3: no.") : ["""{"id":"good","pk":"a"}""", .. documents]);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300L, 0L, 299L, 1L), (result.Read, result.Added, result.Written, result.Rejected));
        RejectedItem rejected = Assert.Single(_bench.Disk.RejectedItems);
        Assert.Equal((reason, "k7", ListSource.Line(7)), (rejected.Reason, rejected.Id, rejected.Item));
        Assert.DoesNotContain("good", _bench.Sink.Documents.Keys);
    }

    [Fact]
    public async Task A_refused_document_is_one_of_several_and_the_others_count_as_written()
    {
        _bench.Sink.Script = static (write, _) => write.Id == "k2-b" ? new(413, 0, 1) : null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300L, 100L, 299L, 1L), (result.Read, result.Added, result.Written, result.Rejected));
        Assert.Equal(ListSource.Line(2), Assert.Single(_bench.Disk.RejectedItems).Item);
    }

    [Theory]
    [InlineData(NumberMode.Exact, "\"12345678901234567890123456789012345678\"", 0)]
    [InlineData(NumberMode.Double, "1.2345678901234568E+37", 1)]
    public async Task Numbers_that_a_double_does_not_keep_go_by_the_number_mode(NumberMode mode, string written, long losses)
    {
        _bench.Source = ListSource.Of(1, 1);
        _bench.Conversion = new() { NumberMode = mode };
        _bench.Transform =
            new FakeTransform(static (_, _) => ["""{"id":"a","pk":"a","n":12345678901234567890123456789012345678,"d":1.5}"""]);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal(losses, result.NumberLosses);
        JsonElement document = JsonDocument.Parse(_bench.Sink.Documents["a"]).RootElement;
        Assert.Equal("1.5", document.GetProperty("d").GetRawText());
        string number = document.GetProperty("n").GetRawText();
        if (mode == NumberMode.Exact) Assert.Equal(written, number);
        else Assert.Equal(double.Parse(written, CultureInfo.InvariantCulture), double.Parse(number, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_checkpoint_belongs_to_one_transform()
    {
        _bench.Sink.Script = static (write, _) => write.Id == "k199" ? new(403, 0, 0) : null;
        await _bench.FailAsync();
        _bench.Sink.Script = null;
        _bench.Transform = new FakeTransform(ByThree, "another");
        MigrationException changed = await _bench.FailAsync();
        Assert.Equal("CheckpointMismatch", changed.ErrorId);
        Assert.Contains("transform was 'fake' and is 'another' now", changed.Message, StringComparison.Ordinal);
        _bench.Transform = null;
        Assert.Contains("transform was 'fake' and is 'not set' now", (await _bench.FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_transformer_that_was_opened_is_closed()
    {
        FakeTransform transform = new(ByThree);
        _bench.Transform = transform;
        await _bench.RunAsync();
        Assert.Equal((_bench.Options.Parallelism, _bench.Options.Parallelism), (transform.Opened, transform.Closed));
    }

    /// <summary>Nothing of every third item, two documents of every third, and the others as they are.</summary>
    private static IEnumerable<string> ByThree(string document, int number) => (number % 3) switch
    {
        0 => [],
        1 => [document],
        _ => [$$"""{"id":"k{{number}}-a","pk":"k{{number}}"}""", $$"""{"id":"k{{number}}-b","pk":"k{{number}}"}"""],
    };
}
