namespace DynamoCosmos.Migration;

/// <summary>How an import runs. None of it changes what is written, so a resumed run may have other values.</summary>
public sealed record ImportOptions
{
    /// <summary>Operations in flight at most. The right number below it is found while the run goes on.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Bytes of documents and their original lines in flight at most.</summary>
    public long MaxBytesInFlight { get; init; } = 48 * 1024 * 1024;

    /// <summary>Data files read side by side.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 16);

    /// <summary>How long one write is tried again before the run stops, to be resumed.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The run ends by itself after this time, complete or not. Null: when everything is written.</summary>
    public TimeSpan? StopAfter { get; init; }

    /// <summary>More rejections than this in the whole import stop it with an error. Null: any number.</summary>
    public long? MaxRejectedItems { get; init; }

    /// <summary>Forget an earlier run's checkpoint.</summary>
    public bool Restart { get; init; }

    /// <summary>Between two writes of the checkpoint; what was written since is repeated after a crash.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For writes in flight when the run ends early. Later ones are given up, and repeated by the next run.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
