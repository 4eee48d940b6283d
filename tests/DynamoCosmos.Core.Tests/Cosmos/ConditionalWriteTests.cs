using System.Text;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Ports;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>Conditions and single writes with the real SDK. Both sinks carry out the same writes.</summary>
public sealed class ConditionalWriteTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_none_match_only_creates(bool inBatches)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using IItemSink sink = await OpenAsync(standIn, inBatches);
        WriteAnswer made = await sink.WriteAsync(Upsert(1) with { Condition = WriteCondition.IfNoneMatch }, default);
        WriteAnswer again = await sink.WriteAsync(Upsert(2) with { Condition = WriteCondition.IfNoneMatch }, default);
        Assert.Equal((201, 409, 0), (made.Status, again.Status, again.SubStatus));
        Assert.NotNull(made.ETag);
        Assert.Equal(1, NumberIn(standIn));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_match_replaces_and_deletes_only_the_version_that_it_names(bool inBatches)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using IItemSink sink = await OpenAsync(standIn, inBatches);
        WriteCondition first = WriteCondition.IfMatch((await sink.WriteAsync(Upsert(1), default)).ETag!);
        WriteAnswer replaced = await sink.WriteAsync(Upsert(2) with { Condition = first }, default);
        Assert.Equal(200, replaced.Status);
        WriteCondition second = WriteCondition.IfMatch(replaced.ETag!);
        Assert.Equal(412, (await sink.WriteAsync(Upsert(3) with { Condition = first }, default)).Status);
        Assert.Equal(412, (await sink.WriteAsync(Delete with { Condition = first }, default)).Status);
        Assert.Equal(2, NumberIn(standIn));
        Assert.Equal(204, (await sink.WriteAsync(Delete with { Condition = second }, default)).Status);
        // What was deleted does not come back to life.
        WriteAnswer gone = await sink.WriteAsync(Upsert(4) with { Condition = second }, default);
        Assert.Equal((404, 0), (gone.Status, gone.SubStatus));
        Assert.Equal(0, standIn.Count("shop", "orders"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conditional_write_whose_answer_was_lost_is_known_as_possibly_repeated(bool inBatches)
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using IItemSink sink = await OpenAsync(standIn, inBatches);
        Assert.False(sink.TryTakeRepeat());
        standIn.RequestFault = FaultScript.First<CosmosCall>(1, new() { Reset = true, AfterApplying = true });
        await sink.WriteAsync(Upsert(1) with { Condition = WriteCondition.IfNoneMatch }, default);
        Assert.True(sink.TryTakeRepeat());
    }

    [Fact]
    public async Task A_delete_has_no_condition_that_nothing_is_there()
    {
        await using CosmosStandIn standIn = await StartAsync();
        await using IItemSink sink = await OpenAsync(standIn, inBatches: false);
        await Assert.ThrowsAsync<ArgumentException>(() => sink.WriteAsync(Delete with { Condition = WriteCondition.IfNoneMatch }, default));
    }

    [Fact]
    public async Task The_sink_for_single_writes_sends_no_batch_and_is_the_same_target()
    {
        await using CosmosStandIn standIn = await StartAsync();
        List<CosmosRequestKind> kinds = [];
        standIn.RequestFault = call =>
        {
            lock (kinds) kinds.Add(call.Kind);
            return null;
        };
        await using IItemSink single = await OpenAsync(standIn, inBatches: false);
        // There is no batch to go back to.
        single.UseBatches(true);
        Assert.True(await single.IsEmptyAsync(default));
        Assert.Equal(201, (await single.WriteAsync(Upsert(1), default)).Status);
        Assert.Equal(200, (await single.WriteAsync(Upsert(2), default)).Status);
        Assert.False(await single.IsEmptyAsync(default));
        Assert.Equal(204, (await single.WriteAsync(Delete, default)).Status);
        await single.VerifyAsync(default);
        Assert.DoesNotContain(CosmosRequestKind.Batch, kinds);
        Assert.Equal(3, kinds.Count(static kind => kind == CosmosRequestKind.Point));
        await using IItemSink bulk = await OpenAsync(standIn, inBatches: true);
        Assert.Equal((bulk.Identity, bulk.Name, bulk.Ranges), (single.Identity, single.Name, single.Ranges));
        Assert.Equal(bulk.GetName(0), single.GetName(0));
        Assert.False(single.TryTakeRepeat());
    }

    private static ItemWrite Delete => new(WriteKind.Delete, "a", ["p"], default);

    private static ItemWrite Upsert(int number) =>
        new(WriteKind.Upsert, "a", ["p"], Encoding.UTF8.GetBytes($$"""{"id":"a","pk":"p","n":{{number}}}"""));

    private static int NumberIn(CosmosStandIn standIn)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(standIn.Documents("shop", "orders").Single());
        return document.RootElement.GetProperty("n").GetInt32();
    }

    private static async Task<CosmosStandIn> StartAsync()
    {
        CosmosStandIn standIn = await CosmosStandIn.StartAsync();
        standIn.CreateContainer("shop", "orders", "/pk");
        return standIn;
    }

    private static async Task<IItemSink> OpenAsync(CosmosStandIn standIn, bool inBatches) => inBatches
        ? await standIn.OpenSinkAsync()
        : await CosmosSingleSink.OpenAsync(standIn.Settings(), "shop", ["orders"], new(TestClouds.Process.Azure), default);
}
