using System.IO.Hashing;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Transforms;

/// <summary>
/// A reader's transform and what it makes of an item: documents that are fit for their container. What an import writes, a comparison looks
/// for and a preview shows is all made here. Used by one task at a time.
/// </summary>
internal sealed class DocumentMaker : IDisposable
{
    // An item's documents stay in memory until they are written, and are repeated as a whole.
    internal const int MaxDocuments = 1_000;
    internal const int MaxBytes = 16 * 1024 * 1024;

    internal const string OfDeletion =
        "The record says that the item is gone, and nobody knows which documents the transform once made of it.";

    private readonly IDocumentTransformer _transformer;
    private readonly MadeDocumentReader[] _readers;
    private readonly List<ReadOnlyMemory<byte>> _texts = [];
    private readonly List<MadeDocument> _documents = [];
    private readonly HashSet<ulong> _marks = [];
    private readonly XxHash3 _hash = new();

    private DocumentMaker(IDocumentTransform transform, ItemRouter router)
    {
        _transformer = transform.Open();
        _readers = [.. router.Containers.Select((name, i) =>
            new MadeDocumentReader(router.GetPartitionKeyPaths(i),
            router.Routes.First(route => route.Container == name).Options.NumberMode))];
    }

    internal static DocumentMaker? Open(IDocumentTransform? transform, ItemRouter router) =>
        transform is null ? null : new(transform, router);

    /// <summary>Of the last item, until the next.</summary>
    internal IReadOnlyList<MadeDocument> Documents => _documents;

    /// <summary>Makes an item's documents: all of them, or none.</summary>
    /// <param name="converted">The item, converted.</param>
    /// <exception cref="UnfitDocumentException">The item is to be rejected.</exception>
    internal void Make(int container, DocumentBuffer converted, CancellationToken cancellationToken)
    {
        Clear();
        try
        {
            _transformer.Transform(converted.Document, _texts, cancellationToken);
            if (_texts.Count > MaxDocuments || _texts.Sum(static text => (long)text.Length) > MaxBytes)
            {
                throw new UnfitDocumentException(RejectionReason.TransformFailed,
                    $"The transform returned more than {MaxDocuments:N0} documents, or {MaxBytes:N0} bytes, for one item.");
            }
            foreach (ReadOnlyMemory<byte> text in _texts) _documents.Add(_readers[container].Read(text));
            if (_documents.Count > 1 && !_documents.TrueForAll(made => _marks.Add(DuplicateWatch.MarkOf(container, made, _hash))))
            {
                throw new UnfitDocumentException(RejectionReason.DuplicateId,
                    "The transform has made two documents with one id and partition key of this item.");
            }
        }
        catch (TransformFailedException error)
        {
            Clear();
            throw new UnfitDocumentException(RejectionReason.TransformFailed, error.Message);
        }
        catch
        {
            Clear();
            throw;
        }
    }

    internal void Clear()
    {
        _texts.Clear();
        _documents.Clear();
        _marks.Clear();
    }

    public void Dispose() => _transformer.Dispose();
}
