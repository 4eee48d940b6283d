using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import;

/// <summary>An export that has gone to a container, or has begun to.</summary>
internal sealed record ImportedExport(string ExportArn, ExportSpan Span, DateTimeOffset? CompletedAt);

/// <summary>
/// Which exports a container holds, in the order of their import: for each table a full one and the windows that followed it. A window may
/// only be applied on top of what comes right before it.
/// </summary>
/// <param name="Target">With the container's resource id: one that was made anew holds nothing.</param>
internal sealed record ImportHistory(string Target, IReadOnlyList<ImportedExport> Exports)
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions s_json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal ImportedExport? Find(string exportArn) => Exports.FirstOrDefault(export => export.ExportArn == exportArn);

    internal bool HasTable(string tableArn) => Exports.Any(export => export.Span.TableArn == tableArn);

    /// <summary>Whether a window can be applied, or applied again.</summary>
    /// <exception cref="MigrationException">ExportWindowGap, ExportWindowOverlap, ExportWindowWithoutPredecessor.</exception>
    internal void CheckFollows(string exportArn, ExportSpan window, bool allowGap, string location)
    {
        ImportedExport? before = Before(exportArn, window).LastOrDefault();
        if (before is null && !allowGap) throw WindowErrors.WithoutPredecessor(exportArn, window, Target, location);
        if (before is null) return;
        if (before.CompletedAt is null) throw WindowErrors.PredecessorUnfinished(exportArn, before.ExportArn, Target);
        ExportSequence.CheckFollows(before.Span.To, window, exportArn, allowGap);
    }

    /// <summary>
    /// An import that begins at its beginning: what was applied after it has to be applied again, and a full export stands for itself
    /// alone.
    /// </summary>
    internal ImportHistory Begin(string exportArn, ExportSpan span) =>
        this with
        {
            Exports = [.. Exports.Where(export => export.Span.TableArn != span.TableArn), .. Before(exportArn, span),
            new(exportArn, span, null)]
        };

    /// <summary>What an import that begins at its beginning takes back: exports of the same table that came after it.</summary>
    internal IReadOnlyList<ImportedExport> After(string exportArn, ExportSpan span)
    {
        ImportedExport[] ofTable = [.. Exports.Where(export => export.Span.TableArn == span.TableArn)];
        int at = Array.FindIndex(ofTable, export => export.ExportArn == exportArn);
        return at < 0 ? [] : ofTable[(at + 1)..];
    }

    internal ImportHistory Complete(string exportArn, ExportSpan span, DateTimeOffset now)
    {
        ImportedExport done = new(exportArn, span, now);
        return this with
        {
            Exports = Find(exportArn) is null
            ? [.. Exports, done] : [.. Exports.Select(export => export.ExportArn == exportArn ? done : export)]
        };
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Text(Schema, Target,
            [.. Exports.Select(static export =>
            new TextEntry(export.ExportArn, export.Span.TableArn, export.Span.From, export.Span.To, export.CompletedAt))]), s_json);

    /// <exception cref="MigrationException">ImportHistoryNotReadable.</exception>
    internal static ImportHistory Parse(ReadOnlySpan<byte> json, string location)
    {
        try
        {
            Text text = JsonSerializer.Deserialize<Text>(json, s_json) ?? throw new JsonException("it is null");
            if (text.Schema != Schema) throw new JsonException($"it has schema {text.Schema}, and this version of the module knows " +
                $"{Schema}");
            return new(text.Target,
                [.. text.Exports.Select(static entry =>
                new ImportedExport(entry.ExportArn, new(entry.TableArn, entry.From, entry.To), entry.CompletedAt))]);
        }
        catch (Exception error) when (error is JsonException or ArgumentNullException)
        {
            throw WindowErrors.HistoryNotReadable(location, error);
        }
    }

    private IEnumerable<ImportedExport> Before(string exportArn, ExportSpan span) => span.IsWindow
        ? Exports.Where(export => export.Span.TableArn == span.TableArn).TakeWhile(export => export.ExportArn != exportArn)
        : [];

    private sealed record Text(int Schema, string Target, IReadOnlyList<TextEntry> Exports);

    private sealed record TextEntry(string ExportArn, string TableArn, DateTimeOffset? From, DateTimeOffset To,
        DateTimeOffset? CompletedAt);
}
