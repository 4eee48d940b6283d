using System.IO.Hashing;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>
/// The part of a file of rejected items that one import claims. It only grows at its end, and nothing is cut there but lines of this same
/// import that no checkpoint claims: what others wrote is left alone.
/// </summary>
internal sealed class ClaimedRejections(IRejectionFile file)
{
    private const int PieceBytes = 4 * 1024 * 1024;

    private XxHash3 _hash = new();
    private long _to;

    internal string Location => file.Location;

    internal long From { get; private set; }

    internal long To => Volatile.Read(ref _to);

    /// <summary>Of its bytes: a run that goes on proves with it that they are still the same.</summary>
    internal ulong Hash => _hash.GetCurrentHashAsUInt64();

    /// <summary>At the end of what the file holds, for an import that claims nothing yet.</summary>
    /// <exception cref="MigrationException">RejectionFileShared: it ends in the middle of a line of another import.</exception>
    internal async Task BeginAsync(string import, CancellationToken cancellationToken)
    {
        long length = await file.GetLengthAsync(cancellationToken).ConfigureAwait(false);
        if (length > 0)
        {
            // Its own lines at the end are of a try that ended before a checkpoint knew of this file.
            RejectionScan found = await RejectionScan.ReadAsync(file, 0, 0, import, new(), cancellationToken).ConfigureAwait(false);
            if (found.EndsInLine) throw RunFileErrors.RejectionFileShared(Location,
                "it ends in the middle of a line, as an import leaves it that was killed.");
            length = found.OwnFrom;
        }
        Set(length, length);
    }

    /// <summary>Where an earlier run of the import began: what that rejected is to be forgotten.</summary>
    /// <exception cref="MigrationException">RejectionFileShared: another import's lines follow.</exception>
    internal async Task BeginAgainAsync(Checkpoint forgotten, CancellationToken cancellationToken)
    {
        long length = await file.GetLengthAsync(cancellationToken).ConfigureAwait(false), from = Math.Min(length, forgotten.RejectionsFrom);
        if (length > from)
        {
            RejectionScan found =
                await RejectionScan.ReadAsync(file, from, from, forgotten.Import, new(), cancellationToken).ConfigureAwait(false);
            if (found.OwnFrom > from) throw RunFileErrors.RejectionFileShared(Location,
                "after those of this import it holds lines that are not this import's.");
        }
        Set(from, from);
    }

    /// <summary>Where the checkpoint says.</summary>
    /// <exception cref="MigrationException">RejectionFileChanged, RejectionFileShared.</exception>
    internal async Task GoOnAsync(Checkpoint earlier, CancellationToken cancellationToken)
    {
        long length = await file.GetLengthAsync(cancellationToken).ConfigureAwait(false);
        if (length < earlier.RejectionsTo
            || earlier.RejectionsTo < earlier.RejectionsFrom) throw LedgerErrors.RejectionFileChanged(Location, earlier,
            $"it has {length} bytes");
        if (length > earlier.RejectionsFrom)
        {
            RejectionScan found = await RejectionScan.ReadAsync(file, earlier.RejectionsFrom, earlier.RejectionsTo, earlier.Import, _hash,
                cancellationToken).ConfigureAwait(false);
            if (earlier.RejectionsHash is ulong hash
                && hash != Hash) throw LedgerErrors.RejectionFileChanged(Location, earlier, "what stands there is something else");
            if (found.OwnFrom > earlier.RejectionsTo) throw RunFileErrors.RejectionFileShared(Location,
                "after those of this import it holds lines that are not this import's.");
        }
        From = earlier.RejectionsFrom;
        Volatile.Write(ref _to, earlier.RejectionsTo);
    }

    /// <summary>Copies what the import has rejected so far from the file that it was given before.</summary>
    /// <exception cref="MigrationException">RejectionFileChanged, RejectionFileMissing: the other file does not hold it any
    /// more.</exception>
    internal async Task MoveAsync(IRejectionFile before, Checkpoint earlier, CancellationToken cancellationToken)
    {
        await BeginAsync(earlier.Import, cancellationToken).ConfigureAwait(false);
        await CutAsync(cancellationToken).ConfigureAwait(false);
        if (earlier.RejectionsTo <= earlier.RejectionsFrom) return;
        Stream stream = await before.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] piece = new byte[PieceBytes];
            for (long at = 0; at < earlier.RejectionsTo;)
            {
                long until = at < earlier.RejectionsFrom ? earlier.RejectionsFrom : earlier.RejectionsTo;
                int count = await stream.ReadAtLeastAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, until - at)),
                    (int)Math.Min(piece.Length, until - at), throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (count == 0) throw LedgerErrors.RejectionFileChanged(before.Location, earlier, $"it has {at} bytes");
                if (at >= earlier.RejectionsFrom) await AddAsync(piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                at += count;
            }
        }
        if (earlier.RejectionsHash is ulong hash
            && hash != Hash) throw LedgerErrors.RejectionFileChanged(before.Location, earlier, "what stands there is something else");
    }

    /// <summary>
    /// Cuts off what an earlier run of this import wrote and could not claim any more, so that nothing stands there twice.
    /// </summary>
    internal Task CutAsync(CancellationToken cancellationToken) => file.AppendAsync(To, default, cancellationToken);

    /// <summary>Once it returns, the lines are durable and belong to the claimed part.</summary>
    internal async Task AddAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await file.AppendAsync(To, lines, cancellationToken).ConfigureAwait(false);
        _hash.Append(lines.Span);
        Volatile.Write(ref _to, To + lines.Length);
    }

    /// <summary>Writes lines behind the claimed part, for people to see; the next run cuts them off.</summary>
    internal Task ShowAsync(long behind, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) =>
        file.AppendAsync(To + behind, lines, cancellationToken);

    private void Set(long from, long to)
    {
        From = from;
        Volatile.Write(ref _to, to);
        _hash = new();
    }
}
