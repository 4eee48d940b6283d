namespace DynamoCosmos.Ports;

/// <summary>How an import runs. None of it changes what is written, so a resumed run may have other values.</summary>
public sealed record ImportOptions
{
    // A range gives 10,000 RU/s, and no insert takes less than 5: what it can do in a fifth of a second. Each operation takes about 10 KB,
    // most of it the SDK's.
    private const int InFlightPerRange = 400, FewestInFlight = 2_000, MostInFlight = 5_000;

    /// <summary>
    /// Operations in flight at most. The right number below it is found while the run goes on. Null: 400 for each physical partition that
    /// is written to, no less than 2,000 and no more than 5,000.
    /// </summary>
    public int? MaxInFlight { get; init; }

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

    /// <summary>
    /// Once the file of rejected items holds so many bytes of this import, lines that are no items are only counted. Items that are refused
    /// are written in any case.
    /// </summary>
    internal long MaxUnreadableBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Forget an earlier run's checkpoint.</summary>
    public bool Restart { get; init; }

    /// <summary>Between two writes of the checkpoint; what was written since is repeated after a crash.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For writes in flight when the run ends early. Later ones are given up, and repeated by the next run.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A user named the table's keys, and nothing proves that they are all of its key: two items of one key are looked for.
    /// </summary>
    internal bool AreKeysGiven { get; init; }

    internal int InFlightOver(int ranges) => MaxInFlight ?? (int)Math.Clamp((long)InFlightPerRange * ranges, FewestInFlight, MostInFlight);
}
