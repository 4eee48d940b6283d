using System.Globalization;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Comparison;

/// <summary>
/// A container as the comparison reads it. Passing troubles (throttling, a region that is down, a partition that splits) are mended inside,
/// for as long as its settings say; what it throws is final.
/// </summary>
public interface IDocumentReader : IAsyncDisposable
{
    /// <summary>What it is, stably and without secrets: account, database and container with its resource id.</summary>
    string Identity { get; }

    /// <summary>The same for people: without what only tells it from another of that name.</summary>
    string Name => Identity;

    /// <summary>Such as <c>/pk</c>; asked of the container itself.</summary>
    IReadOnlyList<string> PartitionKeyPaths { get; }

    /// <summary>
    /// False for a container whose keys are hashed as Cosmos DB did before 2019 (partition key version 1): any part of it has to be looked
    /// for in all of it.
    /// </summary>
    bool CanReadParts { get; }

    /// <summary>The physical partitions' ranges of the hash space, which together are all of it.</summary>
    Task<IReadOnlyList<DocumentRange>> ReadRangesAsync(CancellationToken cancellationToken);

    /// <summary>Each document of a range once, in pages. The caller disposes each page.</summary>
    IAsyncEnumerable<DocumentPage> ReadAsync(DocumentRange range, CancellationToken cancellationToken);

    /// <summary>One document by its key.</summary>
    /// <param name="partitionKey">As in <see cref="ItemWrite.PartitionKey"/>.</param>
    Task<PointRead> ReadOneAsync(string id, IReadOnlyList<object?> partitionKey, CancellationToken cancellationToken);
}

/// <summary>A piece of the hash space that Cosmos DB spreads partition keys over, in its own hexadecimal.</summary>
/// <param name="Min">Inclusive; empty for the beginning.</param>
/// <param name="Max">Exclusive; FF for the end.</param>
public readonly record struct DocumentRange(string Min, string Max)
{
    /// <summary>The whole container.</summary>
    public static DocumentRange All { get; } = new("", "FF");

    /// <param name="place">See <see cref="PartitionKeyBytes.Place"/>. On a bound the first 64 bits do not decide, so both bounds count
    /// in.</param>
    internal bool MayHold(ulong place) => place >= First64Bits(Min) && (Max == "FF" || place <= First64Bits(Max));

    private static ulong First64Bits(string bound) =>
        bound.Length == 0
            ? 0 : ulong.Parse(bound.AsSpan(0, Math.Min(16, bound.Length)), NumberStyles.HexNumber,
            CultureInfo.InvariantCulture) << (4 * Math.Max(0, 16 - bound.Length));
}

/// <summary>Some documents and what reading them cost.</summary>
/// <param name="documents">UTF-8 text that begins with a JSON array of documents; what follows the array is not looked at.</param>
/// <param name="requestCharge">Request units.</param>
/// <param name="owner">Disposed with the page; null where nothing is to be given back.</param>
public sealed class DocumentPage(ReadOnlyMemory<byte> documents, double requestCharge, IDisposable? owner = null) : IDisposable
{
    public ReadOnlyMemory<byte> Documents { get; } = documents;

    public double RequestCharge { get; } = requestCharge;

    public void Dispose() => owner?.Dispose();
}

/// <summary>The answer to a point read.</summary>
/// <param name="Document">UTF-8 JSON; null where there is none.</param>
public readonly record struct PointRead(byte[]? Document, double RequestCharge);
