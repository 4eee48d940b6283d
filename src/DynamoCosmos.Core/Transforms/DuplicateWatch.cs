using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Transforms;

/// <summary>
/// Finds two items that make one document, where ids are not made of the table's keys: the second would silently replace the first. It
/// keeps 8 bytes a document, of as many as its memory holds; of those it finds every pair. (That two others are taken for one is as likely
/// as 1 in 4 million for a full table.) Safe for any number of threads.
/// </summary>
internal sealed class DuplicateWatch
{
    // 32 MB at most.
    private const int MostSlots = 1 << 22, LeastSlots = 1 << 10;

    private readonly MarkTable _made;
    private readonly bool[] _watched;
    private readonly bool[] _unique;
    private int _news;

    private DuplicateWatch(bool[] watched, bool[] unique, long? documents)
    {
        _watched = watched;
        _unique = unique;
        _made = new((int)Math.Clamp(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(documents ?? MostSlots) * 3 / 2), LeastSlots,
            MostSlots));
    }

    /// <summary>Documents that it can tell apart.</summary>
    internal int Capacity => _made.Capacity;

    /// <summary>Null where ids are unique by what they are made of.</summary>
    /// <param name="documents">About how many there will be.</param>
    /// <param name="isTransformed">Ids are made by a transform, of which nothing is known.</param>
    /// <param name="areKeysGiven">Ids are unique if the keys are the table's whole key, which nothing proves.</param>
    internal static DuplicateWatch? For(ItemRouter router, long? documents, bool isTransformed = false, bool areKeysGiven = false)
    {
        bool[] unique = [.. Enumerable.Range(0, router.Containers.Count)
            .Select(container => !isTransformed && router.IdsAreUnique(container))];
        bool[] watched = [.. unique.Select(isUnique => areKeysGiven || !isUnique)];
        return watched.Contains(true) ? new(watched, unique, documents) : null;
    }

    /// <summary>
    /// Ids need not be unique even if the keys are the table's. Where they are, what is not seen here shows by what is replaced in an empty
    /// container.
    /// </summary>
    internal bool IsNeeded => _unique.Contains(false);

    /// <summary>True once, if items of one key were found although the keys make unique ids.</summary>
    internal bool TakeNews() => Interlocked.CompareExchange(ref _news, 2, 1) == 1;

    /// <summary>False if this run has made a document of that id and partition key in the container before.</summary>
    /// <param name="hash">The caller's own, to be used again.</param>
    internal bool IsNew(int container, DocumentBuffer document, XxHash3 hash)
    {
        if (!IsWatched(container) || _made.Add(MarkOf(container, document, hash))) return true;
        if (_unique[container]) Interlocked.CompareExchange(ref _news, 1, 0);
        return false;
    }

    /// <summary>Changes of one item follow each other by right, as far as its keys tell it.</summary>
    internal bool IsWatchedForChanges(int container) => !_unique[container];

    /// <summary>
    /// False if this run has made one of an item's documents before: then none of the others counts as made, since the item is rejected as
    /// a whole. Only to be used where no other document comes alone.
    /// </summary>
    /// <param name="hash">The caller's own, to be used again.</param>
    internal bool AreNew(int container, IReadOnlyList<MadeDocument> documents, XxHash3 hash)
    {
        if (!IsWatched(container)) return true;
        ulong[] marks = [.. documents.Select(made => MarkOf(container, made, hash))];
        lock (_made)
        {
            if (Array.Exists(marks, _made.Contains)) return false;
            foreach (ulong mark in marks) _made.Add(mark);
            return true;
        }
    }

    private bool IsWatched(int container) => _watched[container] && !_made.IsFull;

    private static ulong MarkOf(int container, DocumentBuffer document, XxHash3 hash)
    {
        hash.Reset();
        for (int i = 0; i < document.PartitionKeyCount; i++)
        {
            PartitionKeyComponent component = document.GetPartitionKeyComponent(i);
            Span<double> head = [(double)component.Kind, component.Number, component.Utf8.Length];
            hash.Append(MemoryMarshal.AsBytes(head));
            hash.Append(component.Utf8);
        }
        hash.Append(document.IdUtf8);
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in container)));
        return hash.GetCurrentHashAsUInt64();
    }

    /// <param name="hash">The caller's own, to be used again.</param>
    internal static ulong MarkOf(int container, MadeDocument document, XxHash3 hash)
    {
        hash.Reset();
        hash.Append(JsonSerializer.SerializeToUtf8Bytes(document.PartitionKey));
        hash.Append(Encoding.UTF8.GetBytes(document.Id));
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in container)));
        return hash.GetCurrentHashAsUInt64();
    }
}
