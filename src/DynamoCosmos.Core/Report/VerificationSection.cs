using DynamoCosmos.Comparison;

namespace DynamoCosmos.Report;

/// <summary>What a comparison came to.</summary>
internal sealed class VerificationSection(HtmlText page, ReportCharts charts)
{
    internal void Write(ComparisonResult result, IReadOnlyList<DocumentDifference> differences)
    {
        string verdict = result.Passed ? "passed" : "failed";
        page.Add($"""<section><h2>Verification</h2><div class="card"><div class="verdict"><span class="mark {verdict}" aria-hidden="true">{(result.Passed ? "✓" : "✗")}</span><div><b>{Verdict(result)}</b><p class="sub">{result.Source} → {result.Target}</p></div></div>""");
        charts.Stack("What became of the items", Parts(result), isWide: true);
        page.Add($"""<p class="sub">{ReportText.Count(result.TargetDocuments)} documents read; {ReportText.Count(result.RequestCharge)} RU; {ReportText.Duration(result.Duration)}{(result.IsSample ? "; a sample, which cannot see documents that are too many" : "")}{(result.IsTruncated ? "; the search ended early, and there may be more" : "")}.</p>""");
        if (!result.Passed && differences.Count > 0) List(result, differences);
        page.Add($"</div></section>");
    }

    /// <summary>True as it stands: items without a document are named in it.</summary>
    private static string Verdict(ComparisonResult result) => result switch
    {
        { Passed: false } => $"{Counts(result)}{(result.IsTruncated ? ", and perhaps more" : "")}",
        { SourceItems: 0 } => "The source has no items, and no document is too many",
        { Matched: 0, Repaired: 0 } => $"No document was compared: {Without(result)}",
        { IsSample: true } => $"Every item of the sample has its document{Repairs(result)}{Except(result)}",
        _ => $"Every item has its document{Repairs(result)}{Except(result)}{(result.Repaired > 0 ? "" : ", and no document is too many")}",
    };

    private static string Counts(ComparisonResult result)
    {
        string rejected = $"{ReportText.Count(result.Rejected)} rejected";
        if (result.Missing + result.Extra + result.Different == 0
            && result.Rejected > 0) return $"{rejected}: these items have no document";
        return $"{ReportText.Count(result.Missing)} missing, {ReportText.Count(result.Extra)} too many, " +
            $"{ReportText.Count(result.Different)} different{(result.Rejected > 0 ? $", {rejected}" : "")}";
    }

    private static string Repairs(ComparisonResult result) =>
        result.Repaired == 0 ? "" : $", {ReportText.Count(result.Repaired)} of them after a repair";

    private static string Except(ComparisonResult result) =>
        result.Expired + result.Skipped + result.Rejected == 0 ? "" : $", except {Without(result)}";

    private static string Without(ComparisonResult result) => string.Join(", ", new[]
    {
        result.Expired > 0 ? $"{ReportText.Count(result.Expired)} expired" : "",
        result.Skipped > 0 ? $"{ReportText.Count(result.Skipped)} left out by a rule" : "",
        result.Rejected > 0 ? $"{ReportText.Count(result.Rejected)} rejected (allowed)" : "",
    }.Where(static part => part.Length > 0));

    private static IReadOnlyList<ChartPart> Parts(ComparisonResult result) =>
    [
        new("matched", result.Matched, "g"),
        new("missing", result.Missing, "r"),
        new("too many", result.Extra, "c"),
        new("different", result.Different, "d"),
        new("expired", result.Expired, "e"),
        new("rejected", result.Rejected, "w"),
        new("left out", result.Skipped, "b"),
    ];

    private void List(ComparisonResult result, IReadOnlyList<DocumentDifference> differences)
    {
        long all = result.Missing + result.Extra + result.Different;
        page.Add($"""<div class="scroll"><table><caption>Differences{(all > differences.Count ? $", the first {differences.Count} of {ReportText.Count(all)}" : "")}</caption><thead><tr><th scope="col">Kind</th><th scope="col">Id</th><th scope="col">Where</th></tr></thead><tbody>""");
        foreach (DocumentDifference difference in differences)
        {
            // Paths and no values: the report is for showing around.
            string where = difference.Values.Count > 0
                ? string.Join(", ", difference.Values.Select(static value => value.Path)) : difference.DataFile is null
                ? "" : $"{difference.DataFile}, line {ReportText.Count(difference.Line)}";
            page.Add($"<tr><td>{difference.Kind}{(difference.IsRepaired ? ", repaired" : "")}</td><td>{difference.Id}</td><td>{where}</td></tr>");
        }
        page.Add($"</tbody></table></div>");
    }
}
