using DynamoCosmos.Basics;

namespace DynamoCosmos.Import;

/// <summary>
/// Data files that are damaged or missing. One of them is no reason to leave the others for another day: the run goes on, and ends with the
/// error.
/// </summary>
internal sealed class FailedUnits
{
    // More than a few, and it is not about single files.
    private const int Most = 20;

    private readonly List<MigrationException> _errors = [];

    internal bool IsEmpty
    {
        get
        {
            lock (_errors) return _errors.Count == 0;
        }
    }

    internal static bool IsOfOneUnit(MigrationException error) => error.Kind is FailureKind.InvalidData or FailureKind.NotFound;

    /// <summary>False where the run should end with this one.</summary>
    internal bool TryAdd(MigrationException error)
    {
        lock (_errors)
        {
            _errors.Add(error);
            return _errors.Count < Most;
        }
    }

    /// <summary>The first, which keeps its id; the others are in the warnings.</summary>
    internal MigrationException ToException()
    {
        lock (_errors)
        {
            return _errors.Count == 1 ? _errors[0] : ImportErrors.SeveralFilesFailed(_errors[0], _errors.Count - 1);
        }
    }
}
