namespace DynamoCosmos.Migration;

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

    private static string Verdict(ComparisonResult result) => result switch
    {
        { Passed: true, Repaired: > 0 } => $"Every item has its document, {ReportText.Count(result.Repaired)} of them after a repair",
        { Passed: true, IsSample: true } => "Every item of the sample has its document",
        { Passed: true } => "Every item has its document, and no document is too many",
        _ => $"{ReportText.Count(result.Missing)} missing, {ReportText.Count(result.Extra)} too many, {ReportText.Count(result.Different)} different",
    };

    private static IReadOnlyList<ChartPart> Parts(ComparisonResult result) =>
    [
        new("matched", result.Matched, "g"),
        new("missing", result.Missing, "r"),
        new("too many", result.Extra, "c"),
        new("different", result.Different, "d"),
        new("expired", result.Expired, "e"),
        new("rejected", result.Rejected, "w"),
    ];

    private void List(ComparisonResult result, IReadOnlyList<DocumentDifference> differences)
    {
        long all = result.Missing + result.Extra + result.Different;
        page.Add($"""<div class="scroll"><table><caption>Differences{(all > differences.Count ? $", the first {differences.Count} of {ReportText.Count(all)}" : "")}</caption><thead><tr><th scope="col">Kind</th><th scope="col">Id</th><th scope="col">Where</th></tr></thead><tbody>""");
        foreach (DocumentDifference difference in differences)
        {
            // Paths and no values: the report is for showing around.
            string where = difference.Values.Count > 0 ? string.Join(", ", difference.Values.Select(static value => value.Path)) : difference.DataFile is null ? "" : $"{difference.DataFile}, line {ReportText.Count(difference.Line)}";
            page.Add($"<tr><td>{difference.Kind}{(difference.IsRepaired ? ", repaired" : "")}</td><td>{difference.Id}</td><td>{where}</td></tr>");
        }
        page.Add($"</tbody></table></div>");
    }
}
