using System.Text.Json.Nodes;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Comparison;

/// <summary>Comparisons whose converted items become none, one or several documents.</summary>
public sealed class TransformedComparisonTests
{
    private static readonly KeyMap s_keys = new(new("pk", KeyType.S), null, "expires");
    private static readonly long s_now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private readonly List<DocumentDifference> _found = [];
    private readonly FakeContainer _container = new();
    private FakeTransform _transform = new(ByThree);

    [Fact]
    public async Task What_the_transform_makes_is_what_the_container_has_to_hold()
    {
        FakeSource source = await ImportedAsync(300);
        ComparisonResult result = await CompareAsync(source);
        Assert.Empty(_found);
        Assert.Equal((true, 300L, 100L, 300L, 300L, 100L),
            (result.Passed, result.SourceItems, result.Added, result.TargetDocuments, result.Matched, result.Skipped));
        Assert.Equal(2, source.Reads);
    }

    [Fact]
    public async Task Each_kind_of_difference_is_found_among_the_documents_that_were_made()
    {
        FakeSource source = await ImportedAsync(300);
        _container.Remove("k2-b");
        _container["k4"]["n"] = 40;
        _container.Put("""{"id":"k3","pk":"k3"}""");
        ComparisonResult result = await CompareAsync(source);
        Assert.Equal((false, 1L, 1L, 1L, 298L), (result.Passed, result.Missing, result.Extra, result.Different, result.Matched));
        Assert.Equal(result.SourceItems + result.Added, result.Matched + result.Missing + result.Different + result.Expired +
            result.Rejected + result.Skipped);
        Assert.Equal(["Different k4 file0 5", "Extra k3  ", "Missing k2-b file0 3"],
            _found.Select(static d => $"{d.Kind} {d.Id} {d.DataFile} {d.Line}").Order());
        Assert.Equal("/n: 4 -> 40", _found.Single(static d => d.Kind == DifferenceKind.Different).Values.Single().ToString());
    }

    [Fact]
    public async Task A_repair_writes_what_the_transform_makes()
    {
        FakeSource source = await ImportedAsync(30);
        _container.Remove("k2-b");
        _container["k4"]["n"] = 40;
        Assert.Equal(2, (await CompareAsync(source, repair: true)).Repaired);
        Assert.Equal("k2", (string?)_container["k2-b"]["pk"]);
        Assert.True((await CompareAsync(source)).Passed);
    }

    [Theory]
    [InlineData("throw")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":"a","pk":"a"}|{"id":"a","pk":"a","n":1}""")]
    [InlineData("{")]
    public async Task An_item_that_the_import_rejected_for_its_transform_is_not_looked_for(string made)
    {
        _transform = new((document, number) => number != 7
            ? [document] : made == "throw"
            ? throw new TransformFailedException("line 3: no.") : ["""{"id":"good","pk":"a"}""", .. made.Split('|')]);
        ComparisonResult result = await CompareAsync(await ImportedAsync(30));
        Assert.Equal((false, 30L, 0L, 29L, 1L), (result.Passed, result.SourceItems, result.Added, result.Matched, result.Rejected));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_transform_that_makes_other_documents_each_time_is_an_error_and_nothing_is_told_or_repaired(bool makesOtherIds,
        bool isSample)
    {
        _transform = Changing(makesOtherIds);
        FakeSource source = await ImportedAsync(100);
        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => isSample ? SampleAsync(source, 50) : CompareAsync(source, repair: true));
        Assert.Equal("TransformNotRepeatable", error.ErrorId);
        Assert.Empty(_found);
        Assert.Equal(100, _container.Count);
        if (!makesOtherIds) Assert.Matches("line [0-9]+ of file0, document 'k[0-9]+'", error.Message);
    }

    [Fact]
    public async Task A_table_that_is_written_to_meanwhile_is_compared_as_it_is()
    {
        _transform = Changing(makesOtherIds: false);
        FakeSource source = await ImportedAsync(30, isRepeatable: false);
        Assert.Equal(30, (await CompareAsync(source)).Different);
        Assert.Equal(30, (await SampleAsync(source, 30)).Different);
    }

    [Fact]
    public async Task A_sample_is_of_documents_that_were_made()
    {
        FakeSource source = await ImportedAsync(300);
        ComparisonResult result = await SampleAsync(source, 1_000);
        Assert.Equal((true, 300L, 300L, 0L), (result.Passed, result.SourceItems, result.Matched, result.Added));
        _container.Remove("k2-b");
        int calls = _transform.Calls;
        Assert.Equal(1, (await SampleAsync(source, 1_000)).Missing);
        // Once for the sample, and once more for the unit that the difference is of.
        Assert.Equal(calls + 450, _transform.Calls);
    }

    [Fact]
    public async Task A_ttl_counts_by_the_attribute_beside_it_and_one_that_a_script_set_as_a_number()
    {
        _transform = new(static (text, number) =>
        {
            JsonNode document = JsonNode.Parse(text)!;
            // As it was, without its attribute, another one beside it, one of its own, and one for ever.
            if (number is 1 or 3 or 4) ((JsonObject)document).Remove("expires");
            if (number is 2 or 3) document["ttl"] = 12_345;
            if (number is 4) document["ttl"] = -1;
            return [document.ToJsonString()];
        });
        string[] lines = [.. Enumerable.Range(0, 5)
            .Select(static number => ListSource.Item($"k{number}", "expires", "N", $"{s_now + 100_000}"))];
        FakeSource source = new(s_keys, lines);
        _container.Now = s_now - 600;
        await _container.ImportAsync(source, transform: _transform);
        Assert.Equal((true, 5L), ((await CompareAsync(source)).Passed, _container.Count));

        _container["k0"]["ttl"] = 500;
        _container["k1"].Remove("ttl");
        _container["k2"]["ttl"] = 500;
        _container["k4"].Remove("ttl");
        ComparisonResult result = await CompareAsync(source);
        Assert.Equal((4L, 1L), (result.Different, result.Matched));
        Assert.Equal(["k0", "k1", "k2", "k4"], _found.Select(static d => d.Id).Order());
        Assert.All(_found, static d => Assert.Equal("/ttl", Assert.Single(d.Values).Path));
    }

    [Fact]
    public async Task A_ttl_of_the_scripts_own_that_is_the_attributes_by_chance_is_no_difference()
    {
        _transform = new(static (text, _) =>
        {
            JsonNode document = JsonNode.Parse(text)!;
            document["ttl"] = 50_000;
            return [document.ToJsonString()];
        });
        FakeSource source = new(s_keys, [ListSource.Item("k1", "expires", "N", $"{s_now + 40_000}")]);
        // By the attribute, what is left at the write is just that.
        _container.Now = s_now - 10_000;
        await _container.ImportAsync(source, transform: _transform);
        ComparisonResult result = await CompareAsync(source);
        Assert.Equal((true, 1L, 0), (result.Passed, result.Matched, _found.Count));
    }

    [Fact]
    public async Task An_item_goes_to_its_routes_container_whatever_the_transform_makes_of_it()
    {
        ItemRouter router = new(s_keys, [new("even", "n IN (0, 2, 4, 6, 8)", new()), new("odd", null, new())]);
        FakeSource source = await ImportedAsync(10);
        foreach (int number in (int[])[1, 7]) _container.Remove($"k{number}");
        _container.Remove("k5-a");
        _container.Remove("k5-b");
        int calls = _transform.Calls;
        ComparisonResult result =
            await new MigrationComparison(source, _container, router, 0, new(), transform: _transform).RunAsync(Found, default);
        Assert.Equal((true, 5L, 2L, 5L, 2L), (result.Passed, result.SourceItems, result.Added, result.Matched, result.Skipped));
        Assert.Equal(calls + 5, _transform.Calls);
    }

    [Fact]
    public void Changes_are_refused_as_by_the_import()
    {
        FakeSource window = new(s_keys, []) { Span = new("arn", DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow) };
        Assert.Equal("ChangesNotTransformable",
            Assert.Throws<MigrationException>(() =>
            new MigrationComparison(window, _container, new(s_keys, new ConversionOptions()), 0, new(), transform: _transform)).ErrorId);
    }

    [Fact]
    public async Task Every_transformer_that_was_opened_is_closed_however_it_ends()
    {
        FakeSource source = await ImportedAsync(300);
        _container.Remove("k2-b");
        await CompareAsync(source);
        await SampleAsync(source, 1_000);
        using CancellationTokenSource stop = new();
        _transform = new((document, number) =>
        {
            if (number == 200) stop.Cancel();
            return [document];
        });
        MigrationComparison comparison = new(source, _container, new(s_keys, new ConversionOptions()), 0, new(), transform: _transform);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => comparison.RunAsync(Found, stop.Token));
        Assert.InRange(_transform.Opened, 1, 300);
        Assert.Equal(_transform.Opened, _transform.Closed);
    }

    /// <summary>Nothing of every third item, two documents of every third, and the others as they are.</summary>
    private static IEnumerable<string> ByThree(string document, int number) => (number % 3) switch
    {
        0 => [],
        1 => [document],
        _ => [$$"""{"id":"k{{number}}-a","pk":"k{{number}}"}""", $$"""{"id":"k{{number}}-b","pk":"k{{number}}"}"""],
    };

    private static FakeTransform Changing(bool makesOtherIds)
    {
        int calls = 0;
        return new((_, number) =>
        {
            int call = Interlocked.Increment(ref calls);
            return [makesOtherIds
                ? $$"""{"id":"c{{call}}","pk":"k{{number}}"}""" : $$"""{"id":"k{{number}}","pk":"k{{number}}","call":{{call}}}"""];
        });
    }

    private async Task<FakeSource> ImportedAsync(int count, bool isRepeatable = true)
    {
        string[] lines = [.. Enumerable.Range(0, count).Select(ListSource.Line)];
        FakeSource source = new(s_keys, lines[..(count / 2)], lines[(count / 2)..]) { IsRepeatable = isRepeatable };
        await _container.ImportAsync(source, transform: _transform);
        return source;
    }

    private async Task<ComparisonResult> CompareAsync(FakeSource source, bool repair = false)
    {
        _found.Clear();
        MigrationComparison comparison =
            new(source, _container, new(source.Keys, new ConversionOptions()), 0, new(), repair ? _container : null, transform: _transform);
        return await comparison.RunAsync(Found, default);
    }

    private async Task<ComparisonResult> SampleAsync(FakeSource source, int count)
    {
        _found.Clear();
        return await new MigrationComparison(source, _container, new(source.Keys, new ConversionOptions()), 0, new(), transform: _transform)
            .RunSampleAsync(count, 1, Found, default);
    }

    private ValueTask Found(DocumentDifference difference, CancellationToken cancellationToken)
    {
        _found.Add(difference);
        return ValueTask.CompletedTask;
    }
}
