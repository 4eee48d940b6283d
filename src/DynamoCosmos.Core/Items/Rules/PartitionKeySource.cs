namespace DynamoCosmos.Items.Rules;

/// <summary>Where one component of the partition key comes from.</summary>
/// <param name="Path">As Cosmos DB writes it.</param>
/// <param name="Attribute">The attribute whose value it is, whatever it is called in the document; null if <paramref name="Segments"/>
/// decide.</param>
/// <param name="Segments">Names in the finished document, in canonical JSON text; empty for the document's id.</param>
internal sealed record PartitionKeySource(string Path, NameRule? Attribute, byte[][] Segments)
{
    internal bool IsDocumentId => Attribute is null && Segments.Length == 0;
}
