using DynamoCosmos.Chaos;

namespace DynamoCosmos.Tests.Faults;

/// <summary>A short run of what <c>build.ps1 -Task Chaos</c> does at length; docs/reliability.md has the figures of the long one.</summary>
[Trait("Category", "Slow")]
public sealed class KillTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task An_import_that_is_killed_again_and_again_ends_complete_and_equal(int seed)
    {
        KillResult result = await new KillRun(seed, items: 10_000, files: 5, kills: 4).RunAsync(CancellationToken.None);
        Assert.Empty(result.Faults);
        Assert.Equal(4, result.Kills);
        Assert.Equal((0L, 0L, 0L), (result.Missing, result.Doubled, result.Different));
        Assert.InRange(result.Writes, result.Documents, result.Documents * (result.Kills + 1L));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task An_import_whose_disks_are_full_or_whose_lake_is_away_ends_complete_and_equal(int seed)
    {
        KillResult result =
            await new KillRun(seed, items: 4_000, files: 4, kills: 4) { HasFailingStores = true }.RunAsync(CancellationToken.None);
        Assert.Empty(result.Faults);
        // One keeps its files on disk, the other in a lake.
        Assert.True(seed == 2 ? result.FullDisks > 0 : result.Outages > 0, $"{result}");
        Assert.Equal((0L, 0L, 0L), (result.Missing, result.Doubled, result.Different));
    }
}
