using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Transforms;

/// <summary>What an import would make of a record, for whoever wants to see it before any run. Not for two threads at once.</summary>
/// <param name="transform">What becomes of the converted documents; null shows them as they are.</param>
public sealed class ItemPreview(ItemRouter router, IDocumentTransform? transform) : IDisposable
{
    private readonly DocumentMaker? _maker = DocumentMaker.Open(transform, router);
    private readonly DocumentBuffer _converted = new();
    private int _container = ItemRouter.NoContainer;

    /// <summary>
    /// The item's id as the conversion makes it, whatever a transform makes of it; empty where a rejected item's is not known.
    /// </summary>
    public string Id => _converted.Id;

    /// <summary>The container that the item's route leads to; null where it has none, or there is only one.</summary>
    public string? Container => router.NameOf(_container);

    /// <summary>
    /// In UTF-8, valid until the next item. None of an item without a document, and of one that the transform returns nothing for.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Documents { get; private set; } = [];

    /// <summary>Numbers that lost digits as doubles.</summary>
    public int NumberLosses { get; private set; }

    /// <summary>Why an item was rejected, by its conversion or its transform.</summary>
    public RejectionReason Reason { get; private set; }

    public string Detail { get; private set; } = "";

    /// <inheritdoc cref="Convert(ReadOnlySpan{byte}, long, CancellationToken)"/>
    public ConversionOutcome Convert(in ItemRecord record, long nowUnixSeconds, CancellationToken cancellationToken)
    {
        if (!record.IsTooLong) return Convert(record.Text, nowUnixSeconds, cancellationToken);
        (Documents, NumberLosses) = ([], 0);
        return Reject(RejectionReason.ItemTooLarge, ItemErrors.LineTooLong);
    }

    /// <param name="nowUnixSeconds">What times to live count from.</param>
    /// <exception cref="OperationCanceledException">The transform was stopped.</exception>
    public ConversionOutcome Convert(ReadOnlySpan<byte> record, long nowUnixSeconds, CancellationToken cancellationToken)
    {
        Documents = [];
        ConversionOutcome outcome = router.Convert(record, nowUnixSeconds, _converted, out _container);
        (Reason, Detail, NumberLosses) = (_converted.Reason, _converted.Detail, _converted.NumberLosses);
        if (outcome == ConversionOutcome.Document) return Make(cancellationToken);
        return outcome == ConversionOutcome.Delete && _maker is not null
            ? Reject(RejectionReason.TransformFailed, DocumentMaker.OfDeletion) : outcome;
    }

    public void Dispose() => _maker?.Dispose();

    private ConversionOutcome Make(CancellationToken cancellationToken)
    {
        if (_maker is null)
        {
            Documents = [_converted.Document];
            return ConversionOutcome.Document;
        }
        try
        {
            _maker.Make(_container, _converted, cancellationToken);
        }
        catch (UnfitDocumentException unfit)
        {
            return Reject(unfit.Reason, unfit.Message);
        }
        Documents = [.. _maker.Documents.Select(static made => made.Json)];
        NumberLosses += _maker.Documents.Sum(static made => made.NumberLosses);
        return ConversionOutcome.Document;
    }

    private ConversionOutcome Reject(RejectionReason reason, string detail)
    {
        (Reason, Detail) = (reason, detail);
        return ConversionOutcome.Rejected;
    }
}
