using DynamoCosmos.Assessment;
using DynamoCosmos.Comparison;

namespace DynamoCosmos.Report;

/// <summary>The few numbers that everybody asks for first.</summary>
internal static class ReportTiles
{
    internal static void Write(HtmlText page, MigrationReport report)
    {
        page.Add($"""<div class="tiles">""");
        if (report.Comparisons.Count > 0)
        {
            long rejected = report.Comparisons.Sum(static comparison => comparison.Rejected);
            Tile(page, Headline(report.Comparisons),
                $"{ReportText.Count(report.Comparisons.Sum(static comparison => comparison.SourceItems) - rejected)} items " +
                    $"compared{(rejected > 0 ? $", {ReportText.Count(rejected)} rejected" : "")}");
        }
        if (report.Imports.Count > 0)
        {
            Tile(page, ReportText.Count(report.Imports.Sum(static import => import.Written)), "documents written");
            Tile(page, ReportText.Count(report.Imports.Sum(static import => import.Rejected)), "items rejected");
            Tile(page, ReportText.Rounded(report.Imports.Sum(static import => import.RequestCharge)), "request units used");
            Tile(page, ReportText.Duration(TimeSpan.FromTicks(report.Imports.Sum(static import => import.TotalDuration.Ticks))),
                "import time");
        }
        if (report.Assessments.Count > 0)
        {
            Tile(page, ReportText.Count(report.Assessments.Sum(static assessment => assessment.TotalItems)), "items in the source");
            Tile(page, ReportText.Bytes(report.Assessments.Sum(static assessment => assessment.Plan.DocumentBytes)), "of documents");
            Tile(page, ReportText.Count(
                report.Assessments.Sum(static assessment =>
                assessment.Findings.Count(static finding => finding.Severity == FindingSeverity.Critical))), "critical findings");
            if (report.Imports.Count == 0)
            {
                Tile(page, ReportText.Rounded(report.Assessments.Sum(static assessment => assessment.Plan.RequestUnits)),
                    "request units to load");
                Tile(page, ReportText.Duration(
                    TimeSpan.FromTicks(report.Assessments.Sum(static assessment => assessment.Plan.Duration.Ticks))), "expected load time");
            }
            // Of several currencies there is no sum.
            if (report.Assessments.Select(static assessment => assessment.Plan.Currency).Distinct().Count() == 1)
            {
                Tile(page, ReportText.Money(report.Assessments.Sum(static assessment => assessment.Plan.LoadCost),
                    report.Assessments[0].Plan.Currency), "estimated for the load");
            }
        }
        page.Add($"</div>");
    }

    private static string Headline(IList<ComparisonResult> comparisons) =>
        comparisons.Any(static comparison => !comparison.Passed) ? "✗ Not verified"
        : comparisons.Any(static comparison => comparison.Matched + comparison.Repaired == 0) ? "✓ Nothing to verify"
        : comparisons.Any(static comparison => comparison.IsSample) ? "✓ Sample verified"
        : comparisons.Any(static comparison => comparison.Rejected > 0) ? "✓ Passed"
        : "✓ Verified";

    private static void Tile(HtmlText page, string value, string name) =>
        page.Add($"""<div class="tile"><b>{value}</b><span>{name}</span></div>""");
}
