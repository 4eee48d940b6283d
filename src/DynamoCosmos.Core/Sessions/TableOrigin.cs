using DynamoCosmos.Aws;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>
/// A table, read by a parallel scan. Writes that go on meanwhile may or may not be seen; for a state of one moment, export the table.
/// </summary>
public sealed record TableOrigin : ItemOrigin
{
    public required DynamoTable Table { get; init; }

    /// <summary>In place of the table's own; empty for none.</summary>
    public string? TtlAttribute { get; init; }

    public ScanOptions Scan { get; init; } = new();

    public AwsSettings Aws { get; init; } = new();

    public override string Name => Table.TableArn;

    /// <summary>A table has no folder to write to. An emulator's ARNs are all alike, so its address belongs to the name.</summary>
    internal override Uri GetRunFolder() =>
        LocalRunFolder.Of("tables", Aws.EndpointUrl is Uri endpoint ? $"{endpoint.Authority}/{Table.TableArn}" : Table.TableArn);

    internal override Task<IItemSource> OpenAsync(CloudConnections clouds, CancellationToken cancellationToken)
    {
        string? ttl = TtlAttribute ?? Table.TtlAttribute;
        return Task.FromResult<IItemSource>(new TableScan(Table, Table.Keys with { TtlAttribute = ttl is "" ? null : ttl }, Scan,
            clouds.Aws.Get(Aws)));
    }
}
