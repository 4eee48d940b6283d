using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>
/// The windows that incremental exports take one after the other. DynamoDB's documentation of incremental exports: 15 minutes to 24 hours,
/// start inclusive, end exclusive, in whole seconds.
/// </summary>
public static class ExportWindows
{
    internal static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15), Longest = TimeSpan.FromHours(24);

    /// <summary>
    /// Where the next window begins. A full export shows all writes up to its time, a fraction of a second included; the window begins at
    /// the whole second before, and shows a few of them again.
    /// </summary>
    /// <exception cref="MigrationException">ExportEndUnknown.</exception>
    public static DateTimeOffset EndOf(DynamoExport export) =>
        WholeSecond(export.Span?.To
            ?? throw DynamoErrors.ExportEndUnknown(export.ExportArn ?? export.TableName ?? export.Location?.GetLeftPart(UriPartial.Path)));

    /// <summary>One request for each window, the earliest first.</summary>
    /// <param name="request">Of an incremental export; without an end it goes up to what the table can show now.</param>
    /// <exception cref="MigrationException">DynamoExportWindowInvalid.</exception>
    public static IReadOnlyList<ExportRequest> Split(DynamoTable table, ExportRequest request, DateTimeOffset now)
    {
        DateTimeOffset from = WholeSecond(request.FromTime!.Value), end = WholeSecond(request.ToTime ?? table.LatestRestorableTime ?? now);
        // Recovery may have been switched on in that very second.
        if (table.EarliestRestorableTime is DateTimeOffset earliest && earliest > from && earliest - from < TimeSpan.FromSeconds(1)) from =
            earliest;
        if (end <= from && request.ToTime is not null) throw DynamoErrors.ExportWindowInvalid(table.TableName, from, end);
        if (end - from < Shortest) throw DynamoErrors.ExportWindowTooShort(table.TableName, from, end);
        List<ExportRequest> requests = [];
        while (from < end)
        {
            DateTimeOffset to = end - from <= Longest ? end : from + Longest;
            // What is left over must be a window too.
            if (end > to && end - to < Shortest) to = end - Shortest;
            requests.Add(
                request with
                {
                    FromTime = from,
                    ToTime = to,
                    ClientToken = request.ClientToken is string token && requests.Count > 0
                ? $"{token}-{requests.Count + 1}" : request.ClientToken
                });
            from = to;
        }
        return requests;
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
