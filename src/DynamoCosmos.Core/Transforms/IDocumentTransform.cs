namespace DynamoCosmos.Transforms;

/// <summary>
/// What the caller makes of each converted document: none, one or several others. Whoever runs an import has one instance, and opens it for
/// each of its readers.
/// </summary>
public interface IDocumentTransform
{
    /// <summary>Tells it from any other: an import that was begun with one does not go on with another.</summary>
    string Identity { get; }

    /// <summary>For one reader: never used by two threads at once, but by one after the other.</summary>
    IDocumentTransformer Open();
}

/// <summary>One reader's transform.</summary>
public interface IDocumentTransformer : IDisposable
{
    /// <summary>Makes documents of one.</summary>
    /// <param name="document">In UTF-8; valid until this returns.</param>
    /// <param name="into">Takes each document, as UTF-8 JSON in memory of its own.</param>
    /// <exception cref="TransformFailedException">The item is rejected, and whatever was made of it by then.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the item counts as not read.</exception>
    void Transform(ReadOnlyMemory<byte> document, ICollection<ReadOnlyMemory<byte>> into, CancellationToken cancellationToken);
}

/// <summary>A transform could not make anything of a document.</summary>
/// <param name="message">What went wrong, and in which line of the transform.</param>
public sealed class TransformFailedException(string message, Exception? inner = null) : Exception(message, inner);
