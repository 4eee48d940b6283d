using System.Text;
using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;
using DynamoCosmos.Comparison;
using DynamoCosmos.Import;

namespace DynamoCosmos.Report;

/// <summary>
/// One self-contained HTML page of what was assessed, imported and compared. It loads nothing and runs nothing: its own content security
/// policy forbids both.
/// </summary>
public sealed class MigrationReport
{
    /// <summary>Differences that are listed; the rest is only counted.</summary>
    public const int MaxListedDifferences = 100;

    private readonly List<DocumentDifference> _differences = [];

    /// <summary>Null for one that says what the page holds.</summary>
    public string? Title { get; init; }

    public IList<MigrationAssessment> Assessments { get; } = [];

    public IList<ImportResult> Imports { get; } = [];

    public IList<ComparisonResult> Comparisons { get; } = [];

    public bool IsEmpty => Assessments.Count + Imports.Count + Comparisons.Count == 0;

    /// <summary>Lists it, if there is room.</summary>
    public void Add(DocumentDifference difference)
    {
        if (_differences.Count < MaxListedDifferences) _differences.Add(difference);
    }

    /// <summary>The whole page.</summary>
    public string ToHtml(DateTimeOffset now)
    {
        HtmlText page = new();
        ReportCharts charts = new(page);
        string title = Title ?? "Migration report";
        page.Add($"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{ReportStyle.Hash}'"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>{title}</title><style>""");
        page.AddMarkup(ReportStyle.Sheet);
        page.Add($"""</style></head><body><header><div class="in"><h1>{title}</h1>""");
        foreach (string line in Subjects()) page.Add($"<p>{line}</p>");
        page.Add($"</div></header><main>");
        ReportTiles.Write(page, this);
        VerificationSection verification = new(page, charts);
        foreach (ComparisonResult comparison in Comparisons) verification.Write(comparison, Comparisons.Count == 1 ? _differences : []);
        ImportSection import = new(page, charts);
        foreach (ImportResult result in Imports) import.Write(result);
        AssessmentSection assessment = new(page, charts);
        foreach (MigrationAssessment assessed in Assessments) assessment.Write(assessed);
        page.Add($"<footer>Made by DynamoCosmos at {UnitText.Time(now)}. ");
        page.Add($"This page holds everything that it shows: it loads nothing and sends nothing.</footer></main></body></html>\n");
        return page.ToString();
    }

    /// <summary>In UTF-8, without a byte order mark; the page names its encoding.</summary>
    public byte[] ToUtf8(DateTimeOffset now) => Encoding.UTF8.GetBytes(ToHtml(now));

    private IEnumerable<string> Subjects() =>
        Assessments.Select(static assessment => assessment.Source)
            .Concat(Imports.Select(static import => $"{import.Source} → {import.Target}"))
            .Concat(Comparisons.Select(static comparison => $"{comparison.Source} → {comparison.Target}"))
            .Distinct().OrderByDescending(static line => line.Length).Aggregate(new List<string>(), static (kept, line) =>
            {
                // A source alone says nothing beside the line that names it with its target.
                if (!kept.Exists(longer => longer.StartsWith(line, StringComparison.Ordinal))) kept.Add(line);
                return kept;
            });
}
