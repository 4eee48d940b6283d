namespace DynamoCosmos.Model;

/// <summary>How an export's files come into a lake.</summary>
public enum CopyMethod
{
    /// <summary>Server-side where the storage account can do it, else streamed.</summary>
    Auto,

    /// <summary>
    /// The storage account fetches each file from S3 itself and proves its MD5; no byte of a data file passes this machine.
    /// </summary>
    ServerSide,

    /// <summary>Through this machine, with bounded memory, the MD5 proved on the way.</summary>
    Streamed,
}

/// <summary>What became of copying an export. Copied, skipped and failed files add up to the manifest's.</summary>
public sealed record CopyResult
{
    /// <summary>The export's folder where it came from.</summary>
    public required Uri Source { get; init; }

    /// <summary>The export's folder in the lake.</summary>
    public required Uri Location { get; init; }

    /// <summary>As Spark and Hadoop write <see cref="Location"/>; null for an endpoint that is no cloud's own.</summary>
    public string? AbfssLocation { get; init; }

    /// <summary>Data files of the manifest.</summary>
    public required long DataFiles { get; init; }

    public required long CopiedFiles { get; init; }

    /// <summary>There already, with the same length and MD5.</summary>
    public required long SkippedFiles { get; init; }

    public required long FailedFiles { get; init; }

    /// <summary>Of <see cref="CopiedFiles"/>: fetched by the storage account itself.</summary>
    public required long ServerSideFiles { get; init; }

    /// <summary>Of <see cref="CopiedFiles"/>: through this machine.</summary>
    public required long StreamedFiles { get; init; }

    /// <summary>Of <see cref="CopiedFiles"/>, compressed as stored.</summary>
    public required long CopiedBytes { get; init; }

    public required long SkippedBytes { get; init; }

    public required TimeSpan Duration { get; init; }

    public override string ToString() => $"{CopiedFiles} copied ({ServerSideFiles} by Azure itself), {SkippedFiles} there already, " +
        $"{FailedFiles} failed, of {DataFiles} data files";
}
