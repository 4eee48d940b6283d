using DynamoCosmos.Basics;
using DynamoCosmos.Import;

namespace DynamoCosmos.Report;

/// <summary>How an import went.</summary>
internal sealed class ImportSection(HtmlText page, ReportCharts charts)
{
    internal void Write(ImportResult result)
    {
        page.Add($"""<section><h2>Import</h2><div class="card"><h3>{(result.Completed ? "Completed" : "Not completed yet")}</h3><p class="sub">{result.Source} → {result.Target}</p>""");
        charts.Stack("What became of the items",
            [new("written", result.Written, "g"), new("deleted", result.Deleted, "c"), new("expired", result.Expired, "e"),
            new("left out", result.Filtered, "b"), new("rejected", result.Rejected, "r")], isWide: true);
        page.Add($"</div>");
        if (result.History.Count > 1)
        {
            page.Add($"""<div class="card"><h3>Throughput over time</h3><p class="sub">Request units a second, and below them the answers of 429, {ReportText.Count(result.Throttled)} in this run.</p>""");
            charts.Course("Request units a second, and answers of 429, over the run", result.History);
            page.Add($"</div>");
        }
        page.Add($"""<div class="card"><div class="scroll"><table><caption>In numbers</caption><tbody>""");
        Row("Items read", ReportText.Count(result.Read));
        if (result.Replaced > 0) Row("Documents",
            $"{ReportText.Count(result.Created)} created, {ReportText.Count(result.Replaced)} replaced");
        Row("Request units", $"{ReportText.Count(result.RequestCharge)} " +
            $"RU{(result.Written > 0 ? $", {result.RequestCharge / result.Written:0.0} for each document" : "")}");
        Row("Rate", result.TotalDuration > TimeSpan.Zero ? $"{ReportText.Count(result.Read / result.TotalDuration.TotalSeconds)} items " +
            $"a second, {ReportText.Count(result.RequestCharge / result.TotalDuration.TotalSeconds)} RU/s" : "");
        Row("Throttled",
            $"{ReportText.Count(result.Throttled)} answers of 429; {ReportText.Count(result.Retries)} writes tried again by the import");
        Row("Files", result.UnitsTotal is int units
            ? $"{ReportText.Count(result.UnitsDone)} of {ReportText.Count(units)}" : ReportText.Count(result.UnitsDone));
        Row("Time", $"{ReportText.Duration(result.TotalDuration)}{(result.Runs > 1 ? $" in {result.Runs} runs" : "")}, from " +
            $"{UnitText.Time(result.StartedAt)}");
        if (result.NumberLosses > 0) Row("Numbers that lost digits", ReportText.Count(result.NumberLosses));
        if (result.RejectedItemPath is string rejected) Row("Rejected items", rejected);
        page.Add($"</tbody></table></div></div></section>");
    }

    private void Row(string name, string value)
    {
        if (value.Length > 0) page.Add($"""<tr><th scope="row">{name}</th><td>{value}</td></tr>""");
    }
}
