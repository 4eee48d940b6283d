using DynamoCosmos.Items;
using DynamoCosmos.Ports;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Comparison;

/// <summary>
/// A document that the source asks for, as its conversion left it or as a transform made it of that. Of a deletion it has the key alone.
/// </summary>
internal readonly ref struct SourceDocument
{
    private readonly DocumentBuffer? _converted;
    private readonly MadeDocument? _made;

    internal SourceDocument(DocumentBuffer converted) => _converted = converted;

    internal SourceDocument(MadeDocument made) => _made = made;

    internal string Id => _made?.Id ?? _converted!.Id;

    internal IReadOnlyList<object?> PartitionKey => _made?.PartitionKey ?? _converted!.GetPartitionKey(ItemWrite.Undefined);

    internal ReadOnlySpan<byte> Json => _made is null ? _converted!.Document.Span : _made.Json.Span;
}
