using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Cosmos.Containers;

/// <summary>
/// What would surprise in the load of a container that is being set up: hours that nobody expects, request units that need not be spent.
/// </summary>
/// <param name="Items">By DynamoDB's own count, which is some hours old.</param>
/// <param name="Bytes">Likewise; 0 where only the count is known.</param>
/// <param name="IsIndexed">While it is loaded.</param>
internal sealed record LoadWarnings(string Container, long Items, long Bytes, bool IsIndexed)
{
    // Below a million writes indexing costs cents and minutes.
    private const double LargeLoadKilobytes = 1_000_000;

    // Most loads are watched; one that takes half a working day should be meant to.
    private static readonly TimeSpan s_long = TimeSpan.FromHours(4);

    /// <summary>Worth a call to find the throughput out.</summary>
    internal bool IsLarge => Kilobytes >= LargeLoadKilobytes;

    // A write is charged by the KB, and as one KB at least.
    private double Kilobytes => Math.Max(Items, Bytes / 1024.0);

    private double RequestUnits =>
        Kilobytes * (IsIndexed ? LoadPlanning.RequestUnitsPerKilobyteIndexed : LoadPlanning.RequestUnitsPerKilobyte);

    internal string? OfIndexing => IsIndexed && IsLarge
        ? $"Indexing stays on in {Container} while {Items:#,0} items are written, at about " +
            $"{LoadPlanning.RequestUnitsPerKilobyteIndexed} RU a KB in place of {LoadPlanning.RequestUnitsPerKilobyte}. "
            + $"{Setting.DeferIndexing} leaves it until after the load, and {Remedy.Complete} then puts it in place."
        : null;

    /// <param name="throughput">RU/s; autoscale's maximum, which a load makes it reach.</param>
    internal string? OfThroughput(int throughput)
    {
        TimeSpan duration = TimeSpan.FromSeconds(RequestUnits / (throughput * LoadPlanning.UsableShare));
        return duration < s_long
            ? null
            : $"Writing {Items:#,0} items to {Container} takes about {RequestUnits:#,0} RU: {duration.TotalHours:#,0} hours at " +
                $"{throughput:#,0} RU/s. "
                + $"{Remedy.SetThroughput} {Setting.ForLoad} raises the throughput to what the partitions serve; {Remedy.Assess} " +
                    $"{Setting.Window} tells what a time of yours needs.";
    }
}
