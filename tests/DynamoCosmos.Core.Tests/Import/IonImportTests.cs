using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Whole imports of Ion whose values take one line or many.</summary>
public sealed class IonImportTests
{
    private readonly ImportBench _bench = new() { Source = new() { Format = ItemFormat.Ion } };

    [Fact]
    public async Task Values_over_many_lines_are_imported_and_counted_as_the_manifest_counts_them()
    {
        for (int unit = 0; unit < 3; unit++) _bench.Source.Add([.. Enumerable.Range(unit * 100, 100).Select(Value)]);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 300L, 300L, 0L), (result.Completed, result.Read, result.Written, result.Rejected));
        _bench.AssertAllArrived(300);
    }

    [Fact]
    public async Task A_schedule_of_short_runs_goes_on_in_the_middle_of_a_file()
    {
        _bench.Source.Add([.. Enumerable.Range(0, 30_000).Select(Value)]);
        _bench.Sink.Delay = async cancellationToken => await Task.Delay(TimeSpan.FromMilliseconds(100), _bench.Time, cancellationToken);
        ImportOptions options = _bench.Options with { StopAfter = TimeSpan.FromSeconds(10), MaxInFlight = 200 };
        int runs = 0;
        ImportResult result;
        do
        {
            result = await _bench.RunAsync(options);
            runs++;
        }
        while (!result.Completed && runs < 20);
        Assert.InRange(runs, 2, 10);
        Assert.Equal((30_000L, 0L), (result.Written, result.Rejected));
        _bench.AssertAllArrived(30_000);
        Assert.InRange(_bench.Sink.Tries.Values.Sum(), 30_000, 30_000 + (runs * 1_000));
    }

    [Fact]
    public async Task A_damaged_value_is_rejected_by_its_first_line_with_its_whole_text_and_the_others_are_written()
    {
        string[] damaged = ["$ion_1_0 {Item:{pk:\"open\",\n  n:[1.\n", "{Item:{pk:'''open\n}}", "{Item:{pk:\"open}}"];
        string[] values = [Value(0), damaged[0], Marked(1), damaged[1], Marked(2), damaged[2], Marked(3)];
        _bench.Source.Add(values);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((true, 7L, 4L, 3L), (result.Completed, result.Read, result.Written, result.Rejected));
        _bench.AssertAllArrived(4);
        List<(long Line, string Text)> expected = [];
        int line = 1;
        foreach (string value in values)
        {
            if (damaged.Contains(value)) expected.Add((line, value.TrimEnd('\n')));
            line += value.Count(static letter => letter == '\n') + 1;
        }
        Assert.All(_bench.Disk.RejectedItems, static item => Assert.Equal(RejectionReason.MalformedItem, item.Reason));
        Assert.Equal(expected, _bench.Disk.RejectedItems.Select(static item => (item.Line, item.Item)).Order());
    }

    /// <summary>What <see cref="ListSource.Line"/> says, in as many lines as the number has it.</summary>
    private static string Value(int number) => (number % 4) switch
    {
        0 => $"$ion_1_0 {{Item:{{pk:\"k{number}\",n:{number}.}}}}",
        1 => $"$ion_1_0\n{{\n  Item: {{ // \"\n    pk: '''k'''\n      '''{number}''',\n    n: {number}.,\n  }}\n}}",
        2 => $"{{Item:{{pk:\"k{number}\" /* }}}}\n*/,n:\n{number}.}}}}\n",
        _ => $"\n{{'Item':{{\n'pk':\"k\\\n{number}\",\n\nn:{number}.}}}} // {{",
    };

    private static string Marked(int number) => $"$ion_1_0 {{Item:{{pk:\"k{number}\",\nn:{number}.}}}}";
}
