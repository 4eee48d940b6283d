using System.Diagnostics;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>Counts read units in windows of one second.</summary>
internal sealed class ReadCapacity
{
    private readonly Lock _gate = new();
    private long _window;
    private double _used;

    /// <summary>DynamoDB lets a request through that begins within the limit, and refuses the next until the second is over.</summary>
    internal void Check(double? limit)
    {
        lock (_gate)
        {
            Roll();
            if (_used >= limit)
                throw new AwsException(400, "ProvisionedThroughputExceededException",
                    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning " +
                    "level with the UpdateTable API.");
        }
    }

    internal void Use(double units)
    {
        lock (_gate)
        {
            Roll();
            _used += units;
            Total += units;
        }
    }

    internal double Total { get; private set; }

    private void Roll()
    {
        long second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        if (second == _window) return;
        _window = second;
        _used = 0;
    }
}
