using System.Buffers;
using System.IO.Hashing;
using DynamoCosmos.Items;

namespace DynamoCosmos.Migration;

/// <summary>
/// A reader's transform, and what it has made of the line at hand. A line's documents are made before the first of them is written: it is rejected as a
/// whole, or none of it is. Used by one task at a time.
/// </summary>
internal sealed class LineTransform : IDisposable
{
    // A line of this many stays in memory until it is written, and is repeated as a whole.
    internal const int MaxDocuments = 1_000;
    internal const int MaxBytes = 16 * 1024 * 1024;

    private readonly IDocumentTransformer _transformer;
    private readonly DuplicateWatch? _duplicates;
    private readonly MadeDocumentReader[] _readers;
    private readonly List<ReadOnlyMemory<byte>> _texts = [];
    private readonly List<MadeDocument> _documents = [];
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly XxHash3 _mark = new();
    private int _sent;

    private LineTransform(IDocumentTransform transform, ItemRouter router, DuplicateWatch? duplicates)
    {
        _transformer = transform.Open();
        _duplicates = duplicates;
        _readers = [.. router.Containers.Select((name, i) => new MadeDocumentReader(router.GetPartitionKeyPaths(i), router.Routes.First(route => route.Container == name).Options.NumberMode))];
    }

    internal static LineTransform? Open(IDocumentTransform? transform, ItemRouter router, DuplicateWatch? duplicates) => transform is null ? null : new(transform, router, duplicates);

    /// <summary>Documents of the line that are still to be sent.</summary>
    internal int Left => _documents.Count - _sent;

    /// <summary>The line has documents that are sent, and others that are not.</summary>
    internal bool IsTorn => _sent > 0 && Left > 0;

    internal bool IsAtFirst => _sent == 0;

    internal MadeDocument Next => _documents[_sent];

    internal ReadOnlySpan<byte> Text => _line.WrittenSpan;

    internal long Line { get; private set; }

    internal int Container { get; private set; }

    /// <summary>Makes the line's documents.</summary>
    /// <exception cref="UnfitDocumentException">The line is to be rejected.</exception>
    internal void Make(ItemRecord record, int container, DocumentBuffer converted, CancellationToken cancellationToken)
    {
        Clear();
        try
        {
            _transformer.Transform(converted.Document, _texts, cancellationToken);
            if (_texts.Count > MaxDocuments || _texts.Sum(static text => (long)text.Length) > MaxBytes)
            {
                throw new UnfitDocumentException(RejectionReason.TransformFailed, $"The transform returned more than {MaxDocuments:N0} documents, or {MaxBytes:N0} bytes, for one item.");
            }
            foreach (ReadOnlyMemory<byte> text in _texts) _documents.Add(_readers[container].Read(text));
            if (_duplicates is not null && !_documents.TrueForAll(made => _duplicates.IsNew(container, made, _mark)))
            {
                throw new UnfitDocumentException(RejectionReason.DuplicateId, "The transform has made a document with this id and partition key before in this run, of this item or of another.");
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
        _line.Write(record.Text);
        (Line, Container) = (record.Line, container);
    }

    internal void MarkSent() => _sent++;

    /// <summary>Forgets the line.</summary>
    internal void Clear()
    {
        _texts.Clear();
        _documents.Clear();
        _line.ResetWrittenCount();
        _sent = 0;
    }

    public void Dispose() => _transformer.Dispose();
}
