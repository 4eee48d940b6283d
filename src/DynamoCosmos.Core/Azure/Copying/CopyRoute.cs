using DynamoCosmos.Migration;

namespace DynamoCosmos.Azure;

/// <summary>Which way the files go. With <see cref="CopyMethod.Auto"/> it turns once for the whole account, from server-side to streamed.</summary>
internal sealed class CopyRoute(CopyMethod wanted)
{
    private int _isStreamed = wanted == CopyMethod.Streamed ? 1 : 0;

    internal bool IsStreamed => Volatile.Read(ref _isStreamed) == 1;

    /// <summary>Whether it may turn, and did not before by another file: then the caller says why.</summary>
    internal bool TurnToStreamed() => Interlocked.Exchange(ref _isStreamed, 1) == 0;

    internal bool CanTurn => wanted == CopyMethod.Auto;
}
