using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Which window may be applied to what a container has got.</summary>
public sealed class ImportHistoryTests
{
    private const string Table = "arn:table/Orders";

    private static readonly DateTimeOffset s_start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ExportSpan s_full = new(Table, null, s_start.AddMilliseconds(400));

    // Full at hour 0, then a window an hour up to hour 3.
    private static readonly ImportHistory s_history =
        Apply(new("shop/orders (rid)", []), ("full", s_full), ("1", Window(0, 1)), ("2", Window(1, 2)), ("3", Window(2, 3)));

    [Theory]
    [InlineData(3, 4, false, null)]
    [InlineData(3.5, 4, false, "ExportWindowGap")]
    [InlineData(3.5, 4, true, null)]
    [InlineData(2.5, 4, false, "ExportWindowOverlap")]
    [InlineData(2.5, 4, true, null)]
    [InlineData(2, 3, false, "ExportWindowOverlap")]
    [InlineData(2, 3, true, "ExportWindowOverlap")]
    [InlineData(0, 1, true, "ExportWindowOverlap")]
    public void A_window_has_to_begin_where_the_last_one_ended(double from, double to, bool allowGap, string? errorId)
    {
        Exception? error = Record.Exception(() => s_history.CheckFollows("new", Window(from, to), allowGap, "the file"));
        Assert.Equal(errorId, (error as MigrationException)?.ErrorId);
    }

    [Fact]
    public void The_first_window_follows_the_full_export_within_its_second()
    {
        ImportHistory history = Apply(new("t", []), ("full", s_full));
        history.CheckFollows("1", Window(0, 1), allowGap: false, "the file");
        Assert.Equal("ExportWindowGap",
            Assert.Throws<MigrationException>(() =>
            history.CheckFollows("1", new(Table, s_start.AddMilliseconds(401), s_start.AddHours(1)), false, "the file")).ErrorId);
    }

    [Fact]
    public void A_window_without_anything_before_it_needs_the_users_word()
    {
        ImportHistory other = Apply(new("t", []), ("full", s_full with { TableArn = "arn:table/Others" }));
        Assert.Equal("ExportWindowWithoutPredecessor",
            Assert.Throws<MigrationException>(() => other.CheckFollows("1", Window(0, 1), false, "the file")).ErrorId);
        other.CheckFollows("1", Window(0, 1), allowGap: true, "the file");
    }

    [Fact]
    public void A_window_waits_for_the_end_of_the_import_before_it()
    {
        ImportHistory begun = s_history.Begin("4", Window(3, 4));
        Assert.Equal("ExportWindowWithoutPredecessor",
            Assert.Throws<MigrationException>(() => begun.CheckFollows("5", Window(4, 5), true, "the file")).ErrorId);
        begun.Complete("4", Window(3, 4), s_start).CheckFollows("5", Window(4, 5), false, "the file");
    }

    [Fact]
    public async Task An_import_that_sets_the_container_back_says_what_to_import_again()
    {
        string folder = Directory.CreateTempSubdirectory("dynamocosmos").FullName;
        try
        {
            LocalCheckpointFile file = new(Path.Combine(folder, "h.json")), checkpoint = new(Path.Combine(folder, "c.json"));
            await file.WriteAsync(s_history.ToJson(), null, default);
            await checkpoint.WriteAsync("{}"u8.ToArray(), null, default);
            global::DynamoCosmos.Core.Tests.Fakes.ListSource first = new() { Identity = "1", Span = Window(0, 1) };
            ImportTurn turn = await ImportTurn.TakeAsync(file, s_history.Target, first, checkpoint, restart: true, allowGap: false,
                TimeProvider.System, default);
            Assert.Matches("import these again, in this order: 2 .*; 3 ", turn.Warning);
            ImportTurn last = await ImportTurn.TakeAsync(file, s_history.Target,
                new global::DynamoCosmos.Core.Tests.Fakes.ListSource() { Identity = "3", Span = Window(2, 3) }, checkpoint, true, false,
                TimeProvider.System, default);
            Assert.Null(last.Warning);
            ImportTurn full = await ImportTurn.TakeAsync(file, s_history.Target,
                new global::DynamoCosmos.Core.Tests.Fakes.ListSource() { Identity = "full", Span = s_full }, checkpoint, true, false,
                TimeProvider.System, default);
            Assert.Matches("in this order: 1 .*; 2 .*; 3 ", full.Warning);
            // Without -Restart nothing begins anew.
            Assert.Null((
                await ImportTurn.TakeAsync(file, s_history.Target, first, checkpoint, false, false, TimeProvider.System, default)).Warning);
            File.WriteAllText(file.Location, "");
            Assert.Equal("ImportHistoryNotReadable", (await Assert.ThrowsAsync<MigrationException>(() =>
                ImportTurn.TakeAsync(file, s_history.Target, first, checkpoint, true, false, TimeProvider.System, default))).ErrorId);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_is_applied_anew_takes_back_what_came_after_it()
    {
        Assert.Equal(["full"], Names(s_history.Begin("full", s_full)));
        ImportHistory again = s_history.Begin("2", Window(1, 2));
        Assert.Equal(["full", "1", "2"], Names(again));
        again.CheckFollows("2", Window(1, 2), allowGap: false, "the file");
        Assert.Equal(["later full"], Names(s_history.Begin("later full", s_full with { To = s_start.AddHours(9) })));
    }

    [Fact]
    public void Tables_in_one_container_have_histories_of_their_own()
    {
        ImportHistory both = Apply(s_history, ("other", s_full with { TableArn = "arn:table/Others" }));
        both.CheckFollows("4", Window(3, 4), allowGap: false, "the file");
        Assert.Equal(["other", "full"], Names(both.Begin("full", s_full)));
    }

    [Fact]
    public void It_comes_back_from_its_text_as_it_was()
    {
        ImportHistory begun = s_history.Begin("4", Window(3, 4));
        ImportHistory read = ImportHistory.Parse(begun.ToJson(), "the file");
        Assert.Equal((begun.Target, string.Join(';', begun.Exports)), (read.Target, string.Join(';', read.Exports)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"schema":2,"target":"t","exports":[]}""")]
    [InlineData("""{"schema":1,"target":"t"}""")]
    public void A_damaged_text_is_an_error_that_says_what_to_do(string text)
    {
        MigrationException error =
            Assert.Throws<MigrationException>(() => ImportHistory.Parse(Encoding.UTF8.GetBytes(text), "/x/history.json"));
        Assert.Equal("ImportHistoryNotReadable", error.ErrorId);
        Assert.Contains("/x/history.json", error.Message);
    }

    [Fact]
    public void Windows_of_a_pipeline_are_put_in_order_and_the_same_one_twice_is_one()
    {
        ExportSpan[] given = [Window(2, 3), Window(0, 1), Window(1, 2), Window(1, 2)];
        Assert.Equal([Window(0, 1), Window(1, 2), Window(1, 2), Window(2, 3)],
            ExportSequence.Order(given, static span => span, static span => "w", s_full, allowGap: false));
        Assert.Equal("ExportWindowGap",
            Assert.Throws<MigrationException>(() =>
            ExportSequence.Order([Window(2, 3), Window(0, 1)], static span => span, static span => "w", null, allowGap: false)).ErrorId);
        Assert.Equal(2,
            ExportSequence.Order([Window(2, 3), Window(0, 1)], static span => span, static span => "w", null, allowGap: true).Count);
    }

    private static ExportSpan Window(double from, double to) => new(Table, s_start.AddHours(from), s_start.AddHours(to));

    private static ImportHistory Apply(ImportHistory history, params (string Name, ExportSpan Span)[] exports) =>
        exports.Aggregate(history, static (history, export) => history.Begin(export.Name, export.Span)
            .Complete(export.Name, export.Span, s_start.AddDays(1)));

    private static IEnumerable<string> Names(ImportHistory history) => history.Exports.Select(static export => export.ExportArn);
}
