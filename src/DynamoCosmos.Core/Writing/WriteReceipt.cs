using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Writing;

/// <summary>How a write ended.</summary>
internal enum WriteOutcome
{
    /// <summary>The service carried it out.</summary>
    Settled,

    /// <summary>The service will never carry it out.</summary>
    Refused,

    /// <summary>
    /// Nobody knows whether it was carried out: the run stopped or failed first, or the answer to a condition may be about the write's own
    /// earlier try. It counts for nothing, and is to be written again.
    /// </summary>
    LeftOpen,
}

/// <summary>What became of a write. Each write that a <see cref="WritePipeline"/> takes gets exactly one.</summary>
/// <param name="CentiRequestUnits">
/// What all its tries cost, in hundredths of a request unit: sums of doubles would depend on their order.
/// </param>
/// <param name="Answer">The last answer; the default where there was none.</param>
/// <param name="Rule">What that answer means; null where there was none.</param>
/// <param name="MayBeWritten">
/// An earlier try may have been carried out although no answer said so: the last one may have found its own document.
/// </param>
/// <param name="Failure">Why the write was left open, where something failed and the run did not simply stop.</param>
internal readonly record struct WriteReceipt(
    WriteOutcome Outcome, long CentiRequestUnits = 0, WriteAnswer Answer = default, WriteRule? Rule = null, bool MayBeWritten = false,
    MigrationException? Failure = null)
{
    internal double RequestCharge => CentiRequestUnits / 100.0;
}
