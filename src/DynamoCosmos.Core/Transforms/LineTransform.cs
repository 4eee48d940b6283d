using System.Buffers;
using System.IO.Hashing;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Transforms;

/// <summary>
/// An import's reader's transform, and what it has made of the line at hand. A line's documents are made before the first of them is
/// written: it is rejected as a whole, or none of it is. Used by one task at a time.
/// </summary>
internal sealed class LineTransform : IDisposable
{
    private readonly DocumentMaker _maker;
    private readonly DuplicateWatch? _duplicates;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly XxHash3 _mark = new();
    private int _sent;

    private LineTransform(DocumentMaker maker, DuplicateWatch? duplicates) => (_maker, _duplicates) = (maker, duplicates);

    internal static LineTransform? Open(IDocumentTransform? transform, ItemRouter router, DuplicateWatch? duplicates) =>
        DocumentMaker.Open(transform, router) is DocumentMaker maker ? new(maker, duplicates) : null;

    /// <summary>Documents of the line that are still to be sent.</summary>
    internal int Left => _maker.Documents.Count - _sent;

    /// <summary>The line has documents that are sent, and others that are not.</summary>
    internal bool IsTorn => _sent > 0 && Left > 0;

    internal bool IsAtFirst => _sent == 0;

    internal MadeDocument Next => _maker.Documents[_sent];

    internal ReadOnlySpan<byte> Text => _line.WrittenSpan;

    internal long Line { get; private set; }

    internal int Container { get; private set; }

    /// <summary>Makes the line's documents.</summary>
    /// <exception cref="UnfitDocumentException">The line is to be rejected.</exception>
    internal void Make(ItemRecord record, int container, DocumentBuffer converted, CancellationToken cancellationToken)
    {
        Clear();
        _maker.Make(container, converted, cancellationToken);
        if (_duplicates is not null && !_duplicates.AreNew(container, _maker.Documents, _mark))
        {
            Clear();
            throw new UnfitDocumentException(RejectionReason.DuplicateId,
                "The transform has made a document with this id and partition key before in this run, of another item.");
        }
        _line.Write(record.Text);
        (Line, Container) = (record.Line, container);
    }

    internal void MarkSent() => _sent++;

    /// <summary>Forgets the line.</summary>
    internal void Clear()
    {
        _maker.Clear();
        _line.ResetWrittenCount();
        _sent = 0;
    }

    public void Dispose() => _maker.Dispose();
}
