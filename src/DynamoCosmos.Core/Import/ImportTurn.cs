using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import;

/// <summary>
/// One export's turn among those of its table that go to the same container. The history says whether it is its turn, and the import tells
/// the history when it begins and when it has ended.
/// </summary>
internal sealed class ImportTurn
{
    // Another import into the same container, of another table, may write there at the same moment.
    private const int MostTries = 5;

    private readonly ICheckpointFile _file;
    private readonly string _target;
    private readonly string _exportArn;
    private readonly ExportSpan _span;
    private readonly TimeProvider _time;

    private ImportTurn(ICheckpointFile file, string target, IItemSource source, TimeProvider time) =>
        (_file, _target, _exportArn, _span, _time) = (file, target, source.Identity, source.Span!, time);

    /// <summary>
    /// It begins at its beginning, whatever its checkpoint says: there is none, or it is from before the container was set back to an
    /// earlier state.
    /// </summary>
    internal bool IsAnew { get; private set; }

    /// <summary>What to say before it begins; null where nothing came after it.</summary>
    internal string? Warning { get; private set; }

    /// <param name="source">An export that tells its span.</param>
    /// <param name="restart">The user wants it anew.</param>
    /// <exception cref="MigrationException">ExportWindowGap, ExportWindowOverlap, ExportWindowWithoutPredecessor,
    /// ImportHistoryNotReadable.</exception>
    internal static async Task<ImportTurn> TakeAsync(
        ICheckpointFile file, string target, IItemSource source, ICheckpointFile checkpoint, bool restart, bool allowGap, TimeProvider time,
            CancellationToken cancellationToken)
    {
        ImportTurn turn = new(file, target, source, time);
        (ImportHistory history, _) = await turn.ReadAsync(cancellationToken).ConfigureAwait(false);
        turn.IsAnew = restart || (turn._span.IsWindow && history.Find(turn._exportArn) is null)
            || await checkpoint.ReadAsync(cancellationToken).ConfigureAwait(false) is null;
        if (turn.IsAnew && turn._span.IsWindow) history.CheckFollows(turn._exportArn, turn._span, allowGap, file.Location);
        if (turn.IsAnew && history.After(turn._exportArn, turn._span) is { Count: > 0 } undone) turn.Warning =
            ImportErrors.SetBack(turn._exportArn, turn._span, target, undone);
        return turn;
    }

    /// <summary>Before the first document is written.</summary>
    internal Task BeginAsync(CancellationToken cancellationToken) =>
        IsAnew ? UpdateAsync(history => history.Begin(_exportArn, _span), cancellationToken) : Task.CompletedTask;

    internal Task EndAsync(ImportResult result, CancellationToken cancellationToken) =>
        result.Completed ? UpdateAsync(history => Complete(history, result), cancellationToken) : Task.CompletedTask;

    private ImportHistory Complete(ImportHistory history, ImportResult result)
    {
        if (history.Find(_exportArn) is { CompletedAt: not null }) return history;
        // An import that had ended long ago says nothing of what came to the container since.
        bool isOver = result.WasComplete && history.Find(_exportArn) is null && history.HasTable(_span.TableArn);
        return isOver ? history : history.Complete(_exportArn, _span, _time.GetUtcNow());
    }

    private async Task UpdateAsync(Func<ImportHistory, ImportHistory> change, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            (ImportHistory history, string? version) = await ReadAsync(cancellationToken).ConfigureAwait(false);
            ImportHistory changed = change(history);
            if (ReferenceEquals(changed, history)) return;
            try
            {
                await _file.WriteAsync(changed.ToJson(), version, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MigrationException error) when (error.ErrorId == FailureCode.CheckpointChanged && tries < MostTries)
            {
                // Read what the other one wrote, and add to that.
            }
        }
    }

    private async Task<(ImportHistory History, string? Version)> ReadAsync(CancellationToken cancellationToken)
    {
        CheckpointText? text = await _file.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (text is null) return (new(_target, []), null);
        ImportHistory history = ImportHistory.Parse(text.Text.Span, _file.Location);
        return (history.Target == _target ? history : new(_target, []), text.Version);
    }
}
