namespace DynamoCosmos.Ports;

/// <summary>
/// What of a table's history an export holds: its state at a moment, or what became of the items that changed in a window.
/// </summary>
/// <param name="From">A window's beginning, inclusive; null for a state.</param>
/// <param name="To">A window's end, exclusive, or the moment of the state.</param>
public sealed record ExportSpan(string TableArn, DateTimeOffset? From, DateTimeOffset To)
{
    /// <summary>Its records are changes: an item of it replaces or removes what the container holds.</summary>
    public bool IsWindow => From is not null;

    public override string ToString() => From is null ? $"{To:u}" : $"{From:u} to {To:u}";
}
