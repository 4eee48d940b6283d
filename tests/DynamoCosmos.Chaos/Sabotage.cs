using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Chaos;

/// <summary>What a test breaks on purpose in a <see cref="KillRun"/>: a harness that cannot fail proves nothing.</summary>
public sealed record Sabotage
{
    /// <summary>Asked for each write; what it returns goes wrong behind the engine's back.</summary>
    public Func<CosmosWrite, CosmosFault?>? OnWrite { get; init; }

    /// <summary>Kills come neither by the clock nor by writes, but as soon as the checkpoint claims a document.</summary>
    public bool KillOnceClaimed { get; init; }

    /// <summary>After a kill, when it has been noted what the checkpoint claims, and before the next process begins.</summary>
    public Action<ChaosExport>? BetweenProcesses { get; init; }

    /// <summary>Before anything is checked.</summary>
    public Action<ChaosExport, CosmosStandIn>? AfterImport { get; init; }
}
