using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Sessions;

/// <summary>
/// Puts the incremental exports that a host is given into their order. A full export is worked on as it comes, since nothing
/// has to come before it. Windows wait until all have come. They are then taken table by table.
/// </summary>
public sealed class PendingWindows<T>
{
    private readonly List<(DynamoExport Export, string Target, T Work)> _windows = [];
    private readonly Dictionary<(string Table, string Target), ExportSpan> _full = [];

    /// <returns>False for a full export, or one whose table or time is not known: it does not wait.</returns>
    /// <param name="target">Where it is to go: windows follow each other there.</param>
    public bool TryAdd(DynamoExport export, string target, T work)
    {
        if (export.Span is { IsWindow: true })
        {
            _windows.Add((export, target, work));
            return true;
        }
        if (export.Span is ExportSpan span) _full[(span.TableArn, target)] = span;
        return false;
    }

    /// <summary>Each table's windows for each target, in their order.</summary>
    /// <param name="allowGap">Gaps and overlaps are taken as they are.</param>
    /// <param name="onError">Told of a table whose windows do not follow each other; they are left out.</param>
    public IEnumerable<IReadOnlyList<(DynamoExport Export, T Work)>> TakeInOrder(bool allowGap, Action<MigrationException> onError)
    {
        foreach (IGrouping<(string, string), (DynamoExport Export, string Target, T Work)> table in
            _windows.GroupBy(static window => (window.Export.Span!.TableArn, window.Target)))
        {
            IReadOnlyList<(DynamoExport Export, string Target, T Work)> ordered;
            try
            {
                ordered = ExportSequence.Order(
                    table, static window => window.Export.Span!, static window => window.Export.ExportArn ?? "The window",
                    _full.GetValueOrDefault(table.Key), allowGap);
            }
            catch (MigrationException failure)
            {
                onError(failure);
                continue;
            }
            yield return [.. ordered.Select(static window => (window.Export, window.Work))];
        }
    }
}
