using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Sessions;

/// <summary>What an import is to read, where to, and how.</summary>
public sealed record ImportRequest : MigrationEnds
{
    public ImportOptions Options { get; init; } = new();

    /// <summary>What becomes of the converted documents; null writes them as they are.</summary>
    public IDocumentTransform? Transform { get; init; }

    /// <summary>A window of changes is applied although it does not follow what has been imported before.</summary>
    public bool AllowGap { get; init; }

    /// <summary>A file:// URL or the https URL of a blob; null for the place that the origin has for it.</summary>
    public Uri? CheckpointLocation { get; init; }

    /// <summary>Likewise.</summary>
    public Uri? RejectionLocation { get; init; }

    /// <summary>For a checkpoint or rejected items in a lake; its account key is the storage account's.</summary>
    public AzureSettings Lake { get; init; } = new();

    /// <summary>What it is going to do, before anything is written.</summary>
    public ImportPlan Plan => new(Origin.Name, TargetName, Origin.ItemCount, Options.Restart);
}

/// <summary>What an import is going to do, in numbers.</summary>
/// <param name="Items">Null where nothing tells before the source is open.</param>
/// <param name="IsAnew">An earlier run's checkpoint is forgotten.</param>
public sealed record ImportPlan(string Source, string Target, long? Items, bool IsAnew);
