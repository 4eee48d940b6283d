namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>What a test may turn while the stand-in runs.</summary>
internal sealed class StandInSwitches
{
    internal bool Throttle { get; set; }

    internal TimeSpan Latency { get; set; }

    internal Func<CosmosCall, CosmosFault?>? RequestFault { get; set; }

    internal Func<CosmosWrite, CosmosFault?>? OperationFault { get; set; }
}
