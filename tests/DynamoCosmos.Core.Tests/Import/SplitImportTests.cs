using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>One import into several containers.</summary>
public sealed class SplitImportTests
{
    // k0 to k299 over three files: the first digit decides.
    private static readonly ItemRoute[] s_routes =
    [
        new("ones", "begins_with(pk, 'k1')", new()),
        new("twos", "begins_with(pk, 'k2') OR pk = 'k3'", new() { Mapping = new() { Where = "n <> 250" } }),
    ];

    private readonly ImportBench _bench = new() { Routes = s_routes };

    [Fact]
    public async Task Counts_add_up_by_container_and_in_sum()
    {
        ImportResult result = await _bench.RunAsync();
        Assert.True(result.Completed);
        Assert.Equal((300L, 111L + 111L, 1L, 77L), (result.Read, result.Written, result.Filtered, result.Rejected));
        Assert.Equal(["ones", "twos"], result.Containers.Select(c => c.ContainerName));
        Assert.Equal([(111L, 111L, 0L), (112L, 111L, 1L)], result.Containers.Select(c => (c.Read, c.Written, c.Filtered)));
        Assert.Equal(result.Read, result.Containers.Sum(c => c.Read) + result.WithoutRoute);
        Assert.Equal(result.RequestCharge, result.Containers.Sum(c => c.RequestCharge));
        Assert.Equal(222, _bench.Sink.Documents.Count);
    }

    [Fact]
    public async Task An_item_without_a_route_is_rejected_by_that_name_and_kept_whole()
    {
        await _bench.RunAsync();
        RejectedItem first = _bench.Disk.RejectedItems.First(item => item.Item.Contains("\"k99\"", StringComparison.Ordinal));
        Assert.Equal((RejectionReason.NoRoute, null, "k99", ListSource.Line(99)), (first.Reason, first.Container, first.Id, first.Item));
        Assert.All(_bench.Disk.RejectedItems, item => Assert.Equal(RejectionReason.NoRoute, item.Reason));
    }

    [Fact]
    public async Task A_refused_document_names_its_container()
    {
        _bench.Sink.Script = static (write, _) => write.Id == "k251" ? new(413, 0, 1) : null;
        ImportResult result = await _bench.RunAsync();
        RejectedItem refused = Assert.Single(_bench.Disk.RejectedItems, item => item.Reason == RejectionReason.Refused);
        Assert.Equal(("twos", "k251"), (refused.Container, refused.Id));
        Assert.Equal((1L, 110L), (result.Containers[1].Rejected, result.Containers[1].Written));
    }

    [Fact]
    public async Task A_split_import_goes_on_where_it_ended_and_its_counts_are_those_of_one_run()
    {
        ImportResult whole = await new ImportBench { Routes = s_routes }.RunAsync();
        _bench.Sink.Script = static (write, _) => write.Id == "k222" ? new(403, 0, 0) : null;
        await _bench.FailAsync();
        using JsonDocument checkpoint = JsonDocument.Parse(_bench.Disk.CheckpointText!);
        Assert.Equal("begins_with(pk, 'k1')", checkpoint.RootElement.GetProperty("settings").GetProperty("route1.where").GetString());
        _bench.Sink.Script = null;
        ImportResult result = await _bench.RunAsync();
        Assert.Equal((2, true), (result.Runs, result.Completed));
        Assert.Equal(whole.Containers.Select(c => c with { RequestCharge = 0 }),
            result.Containers.Select(c => c with { RequestCharge = 0 }));
        Assert.Equal(whole.WithoutRoute, result.WithoutRoute);
    }

    [Fact]
    public async Task A_checkpoint_belongs_to_one_mapping()
    {
        await _bench.RunAsync();
        _bench.Routes = [s_routes[1], s_routes[0]];
        MigrationException swapped = await _bench.FailAsync();
        Assert.Equal("CheckpointMismatch", swapped.ErrorId);
        Assert.Contains("route1.container was 'ones' and is 'twos' now", swapped.Message, StringComparison.Ordinal);
        _bench.Routes = null;
        Assert.Equal("CheckpointMismatch", (await _bench.FailAsync()).ErrorId);
    }

    [Fact]
    public void Counts_whose_parts_are_not_the_whole_do_not_add_up()
    {
        ImportCounts counts = new() { Read = 2, Written = 2, Parts = [new() { Read = 1, Written = 1 }, new() { Read = 1, Written = 1 }] };
        Assert.True(counts.AddUp);
        Assert.False((counts with { Parts = [counts.Parts[0]] }).AddUp);
        Assert.False((counts with { Parts = [new() { Read = 1, Written = 2 }, new() { Read = 1 }] }).AddUp);
    }
}
