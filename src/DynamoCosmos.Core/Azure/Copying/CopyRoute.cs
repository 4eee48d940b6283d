using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// Which way the files of an account go. With <see cref="CopyMethod.Auto"/> it turns once, from server-side to streamed: at once where
/// Azure can never fetch them, else when it could not fetch several in a row. A refusal of one file concerns that file only.
/// </summary>
internal sealed class CopyRoute(CopyMethod wanted)
{
    internal const int MostRefusedInARow = 3;

    private int _isStreamed = wanted == CopyMethod.Streamed ? 1 : 0;
    private int _refusedInARow;
    private int _prefersBlocks;

    internal bool IsStreamed => Volatile.Read(ref _isStreamed) == 1;

    /// <summary>True once Azure refused to fetch a file in one call and then fetched it as a block: the others go that way first.</summary>
    internal bool PrefersBlocks => Volatile.Read(ref _prefersBlocks) == 1;

    internal void PreferBlocks() => Volatile.Write(ref _prefersBlocks, 1);

    internal void NoteFetched() => Volatile.Write(ref _refusedInARow, 0);

    /// <param name="isLasting">No file of this account can be fetched.</param>
    /// <returns>Whether the route turned by this one, and not before by another: then the caller says why.</returns>
    internal bool NoteRefused(bool isLasting) =>
        (Interlocked.Increment(ref _refusedInARow) >= MostRefusedInARow || isLasting) && Interlocked.Exchange(ref _isStreamed, 1) == 0;

    internal bool CanTurn => wanted == CopyMethod.Auto;
}
