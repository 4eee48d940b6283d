using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>Two items that make one document.</summary>
public sealed class DuplicateIdTests
{
    private readonly ImportBench _bench =
        new() { Source = new(), Conversion = new() { IdFrom = IdSource.Attribute, IdAttribute = "n", PartitionKeyPaths = ["/id"] } };

    [Fact]
    public async Task The_second_is_rejected_by_name_and_the_first_stays()
    {
        _bench.Source.Add([.. Enumerable.Range(0, 200).Select(n => ListSource.Item($"k{n}", "n", "N", $"{n % 150}"))]);
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((200L, 150L, 50L), (result.Read, result.Written, result.Rejected));
        Assert.All(_bench.Disk.RejectedItems, item => Assert.Equal(RejectionReason.DuplicateId, item.Reason));
        RejectedItem first = _bench.Disk.RejectedItems[0];
        Assert.Equal(("0", 151L, """["0"]""", ListSource.Item("k150", "n", "N", "0")),
            (first.Id, first.Line, first.PartitionKey, first.Item));
        Assert.Contains("\"k0\"", _bench.Sink.Documents["0"], StringComparison.Ordinal);
        Assert.Empty(_bench.Warnings);
    }

    [Fact]
    public async Task An_item_that_is_rejected_for_one_of_its_documents_takes_no_id_from_others()
    {
        _bench.Conversion = new();
        _bench.Transform = new FakeTransform(static (_, number) => number switch
        {
            0 => ["""{"id":"taken","pk":"p"}"""],
            1 => ["""{"id":"free","pk":"p"}""", """{"id":"taken","pk":"p"}"""],
            _ => ["""{"id":"free","pk":"p"}"""],
        });
        _bench.Source.Add(ListSource.Line(0), ListSource.Line(1), ListSource.Line(2), ListSource.Line(3));
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((4L, 2L, 2L), (result.Read, result.Written, result.Rejected));
        Assert.Equal([2L, 4L], _bench.Disk.RejectedItems.Select(static item => item.Line));
        Assert.Equal(["free", "taken"], _bench.Sink.Documents.Keys.Order());
    }

    [Fact]
    public async Task The_same_id_under_another_partition_key_is_another_document()
    {
        _bench.Conversion = _bench.Conversion with { PartitionKeyPaths = null };
        _bench.Source.Add(ListSource.Item("a", "n", "N", "1"), ListSource.Item("b", "n", "N", "1"));
        Assert.Equal(2, (await _bench.RunAsync()).Written);
    }

    [Fact]
    public async Task A_run_that_goes_on_says_that_it_does_not_know_what_the_one_before_wrote()
    {
        for (int unit = 0; unit < 3; unit++) _bench.Source.Add(
            [.. Enumerable.Range(unit * 100, 100).Select(n => ListSource.Item($"k{n}", "n", "N", $"{n}"))]);
        _bench.Sink.Script = static (write, _) => write.Id == "222" ? new(403, 0, 0) : null;
        await _bench.FailAsync();
        _bench.Sink.Script = null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((300L, 0L), (result.Written, result.Rejected));
        Assert.Contains(Remedy.Compare, Assert.Single(_bench.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IdSource.Keys, null, "/x", true)]
    [InlineData(IdSource.SortKey, null, null, true)]
    [InlineData(IdSource.SortKey, null, "/pk,/x", true)]
    [InlineData(IdSource.SortKey, null, "/x", false)]
    [InlineData(IdSource.Attribute, "x", null, false)]
    [InlineData(IdSource.Attribute, "x", "/pk,/sk", true)]
    [InlineData(IdSource.Attribute, "sk", "/pk", true)]
    [InlineData(IdSource.Attribute, "pk", "/pk", false)]
    public void Ids_are_looked_at_only_where_they_may_not_be_unique(IdSource from, string? attribute, string? paths, bool areUnique)
    {
        ConversionOptions options = new() { IdFrom = from, IdAttribute = attribute, PartitionKeyPaths = paths?.Split(',') };
        ItemRouter router = new(new(new("pk", KeyType.S), new("sk", KeyType.N)), options);
        Assert.Equal(areUnique, router.IdsAreUnique(0));
        Assert.Equal(areUnique, DuplicateWatch.For(router, 10) is null);
    }

    [Fact]
    public void A_partition_key_that_may_lose_digits_does_not_tell_the_key() =>
        Assert.False(
            new ItemRouter(new(new("pk", KeyType.N), new("sk", KeyType.S)),
            new ConversionOptions { IdFrom = IdSource.SortKey, NumberMode = NumberMode.Double }).IdsAreUnique(0));
}
