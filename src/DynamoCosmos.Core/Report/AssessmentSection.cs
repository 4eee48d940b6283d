using DynamoCosmos.Assessment;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Report;

/// <summary>What an assessment found, and what it advises.</summary>
internal sealed class AssessmentSection(HtmlText page, ReportCharts charts)
{
    private const int ListedFindings = 60;
    private const int ListedAttributes = 60;
    private const int ShownPartitions = 10;

    internal void Write(MigrationAssessment assessment)
    {
        string scope = assessment.IsSample ? $"A sample of {ReportText.Count(assessment.ItemsAssessed)} of " +
            $"{ReportText.Count(assessment.TotalItems)} items" : $"All {ReportText.Count(assessment.ItemsAssessed)} items";
        page.Add($"""<section><h2>Assessment</h2><p class="sub">{scope}, {UnitText.Time(assessment.AssessedAt)}, in {ReportText.Duration(assessment.Duration)}. {assessment.Source}</p>""");
        Findings(assessment.Findings);
        page.Add($"""<div class="pair">""");
        Sizes(assessment);
        Types(assessment);
        page.Add($"""</div><h2>Partition key</h2><div class="pair">""");
        Partitions(assessment);
        Key(assessment);
        page.Add($"""</div><h2>Plan for the load</h2>""");
        Plan(assessment.Plan);
        if (assessment.Indexes.Count > 0) Indexes(assessment.Indexes);
        Attributes(assessment);
        page.Add($"</section>");
    }

    private void Findings(IReadOnlyList<AssessmentFinding> findings)
    {
        page.Add($"""<div class="card tall"><h3>Findings</h3><p class="sub">The most dangerous first.</p>""");
        if (findings.Count == 0) page.Add($"<p>Nothing stands in the way.</p>");
        foreach (AssessmentFinding finding in findings.Take(ListedFindings))
        {
            page.Add($"""<div class="find"><span class="tag {finding.Severity}">{finding.Severity}</span><p>{finding.Message}</p></div>""");
        }
        if (findings.Count > ListedFindings) page.Add($"""<p class="sub">{findings.Count - ListedFindings} more are in the assessment's Findings.</p>""");
        page.Add($"</div>");
    }

    private void Sizes(MigrationAssessment assessment)
    {
        SizeDistribution before = assessment.SourceSize, after = assessment.DocumentSize;
        page.Add($"""<div class="card"><h3>Sizes</h3><p class="sub">{Describe("Items", before)} {Describe("Documents", after)}</p>""");
        if (before.Count > 0)
        {
            long[] ends = [.. before.Buckets.Concat(after.Buckets).Select(static bucket => bucket.BelowBytes).Distinct().Order()];
            charts.Columns("Items and documents by size", [.. ends.Select(static end => "< " + ReportText.Bytes(end))],
                Counts(before, ends), Counts(after, ends));
            page.Add($"""<ul class="keys"><li><svg viewBox="0 0 11 11" aria-hidden="true"><rect class="a" width="11" height="11" rx="3"/></svg>items, as DynamoDB counts them</li><li><svg viewBox="0 0 11 11" aria-hidden="true"><rect class="b" width="11" height="11" rx="3"/></svg>documents, in JSON</li></ul>""");
        }
        page.Add($"</div>");
    }

    private static string Describe(string what, SizeDistribution sizes) => sizes.Count == 0
        ? "" : $"{what}: half below {ReportText.Bytes(sizes.P50Bytes)}, 99 % below {ReportText.Bytes(sizes.P99Bytes)}, at most " +
        $"{ReportText.Bytes(sizes.MaxBytes)}.";

    private static double[] Counts(SizeDistribution sizes, long[] ends) =>
        [.. ends.Select(end => (double)sizes.Buckets.FirstOrDefault(bucket => bucket.BelowBytes == end).Count)];

    private void Types(MigrationAssessment assessment)
    {
        (string Name, string[] Types, string Color)[] groups =
        [
            ("text (S)", ["S"], "a"), ("number (N)", ["N"], "b"), ("yes/no, null", ["BOOL", "NULL"], "e"), ("map, list", ["M", "L"], "c"),
                ("set", ["SS", "NS", "BS"], "d"), ("binary (B)", ["B"], "w"),
        ];
        page.Add($"""<div class="card"><h3>Values by type</h3><p class="sub">{ReportText.Count(assessment.Attributes.Count)} attributes{(assessment.AttributesCapped ? " listed, and more that are not" : "")}, those within maps and lists among them.</p>""");
        charts.Stack("Values by type",
            [.. groups.Select(group =>
            new ChartPart(group.Name, assessment.Attributes.Sum(usage => group.Types.Sum(type => usage.Types.GetValueOrDefault(type))),
            group.Color))]);
        page.Add($"""<h3 class="more">What becomes of the items</h3>""");
        charts.Stack("What becomes of the items",
            [new("documents", assessment.Documents, "g"), new("expired", assessment.Expired, "e"), new("skipped", assessment.Skipped, "c"),
            new("rejected", assessment.Rejected, "r")]);
        page.Add($"</div>");
    }

    private void Partitions(MigrationAssessment assessment)
    {
        PartitionUsage partitions = assessment.Partitions;
        string about = partitions.DistinctError > 0 ? $"About {ReportText.Count(partitions.Distinct)} (± " +
            $"{ReportText.Percent(partitions.DistinctError)})" : ReportText.Count(partitions.Distinct);
        page.Add($"""<div class="card"><h3>Heaviest values of {string.Join(", ", assessment.PartitionKeyPath)}</h3><p class="sub">{about} different values. A pale end is what a value may hold beyond what is certain.</p>""");
        if (partitions.Largest.Count > 0)
        {
            charts.Bars("The heaviest partition key values", [.. partitions.Largest.Take(ShownPartitions).Select(static partition =>
                new ChartBar(partition.Key, partition.Bytes, partition.MaxBytes,
                    $"{ReportText.Bytes(partition.Bytes)} · {ReportText.Percent(partition.Share)}"))]);
        }
        page.Add($"</div>");
    }

    private void Key(MigrationAssessment assessment) =>
        page.Add($"""<div class="card"><h3>Advice: {string.Join(", ", assessment.Plan.PartitionKeyPath)}</h3><p>{assessment.Plan.PartitionKeyReason}</p><h3 class="more">Indexing policy for after the load</h3><p class="sub">{HostWords.Fill($"Load with {Setting.DeferIndexing}, then {Remedy.Complete} with this.")}</p><pre>{assessment.Plan.IndexingPolicy}</pre></div>""");

    private void Plan(LoadPlan plan)
    {
        page.Add($"""<div class="card"><h3>{ReportText.Count(plan.Throughput)} RU/s for {ReportText.Duration(plan.Duration)}</h3><p class="sub">In a window of {ReportText.Duration(plan.Window)}, with indexing deferred: {ReportText.Rounded(plan.RequestUnits)} RU ({ReportText.Rounded(plan.RequestUnitsIndexed)} with the default index). {ReportText.Count(plan.PhysicalPartitions)} physical partition{(plan.PhysicalPartitions == 1 ? "" : "s")}; a new container has {ReportText.Count(plan.InstantThroughput)} RU/s at once, and can go down to {ReportText.Count(plan.ThroughputFloor)} afterwards.</p>""");
        page.Add($"""<div class="scroll"><table><caption>The same load at other throughputs. Storage afterwards: about {ReportText.Money(plan.StorageCostPerMonth, plan.Currency)} a month. Prices of {plan.PricesAsOf:yyyy-MM-dd}; all of this is an estimate.</caption><thead><tr><th scope="col" class="n">RU/s</th><th scope="col" class="n">Takes</th><th scope="col" class="n">Costs about</th></tr></thead><tbody>""");
        foreach (LoadChoice choice in plan.Choices)
        {
            page.Add($"""<tr class="{(choice.Throughput == plan.Throughput ? "chosen" : "")}"><td class="n">{ReportText.Count(choice.Throughput)}</td><td class="n">{ReportText.Duration(choice.Duration)}</td><td class="n">{ReportText.Money(choice.Cost, plan.Currency)}</td></tr>""");
        }
        page.Add($"</tbody></table></div></div>");
    }

    private void Indexes(IReadOnlyList<IndexAdvice> indexes)
    {
        page.Add($"""<div class="card"><div class="scroll"><table><caption>Secondary indexes</caption><thead><tr><th scope="col">Index</th><th scope="col">Keys</th><th scope="col" class="n">Items in it</th><th scope="col">Becomes</th><th scope="col">Why</th></tr></thead><tbody>""");
        foreach (IndexAdvice index in indexes)
        {
            string becomes = index.Advice switch
            {
                IndexAdviceKind.SecondContainer => "a second container",
                IndexAdviceKind.HierarchicalKey => "a hierarchical key",
                _ => "the indexing policy"
            };
            page.Add($"""<tr><td>{index.Name} ({index.Kind})</td><td>{index.Keys}</td><td class="n">{ReportText.Percent(index.Coverage)}</td><td>{becomes}</td><td>{index.Reason}</td></tr>""");
        }
        page.Add($"</tbody></table></div></div>");
    }

    private void Attributes(MigrationAssessment assessment)
    {
        page.Add($"""<h2>Attributes</h2><div class="card tall"><div class="scroll"><table><caption>Where items have values{(assessment.Attributes.Count > ListedAttributes ? $", the first {ListedAttributes} of {ReportText.Count(assessment.Attributes.Count)}" : "")}</caption><thead><tr><th scope="col">Path</th><th scope="col">Types</th><th scope="col" class="n">Values</th><th scope="col" class="n">Depth</th><th scope="col" class="n">Size</th><th scope="col" class="n">Long numbers</th></tr></thead><tbody>""");
        foreach (AttributeUsage usage in assessment.Attributes.Take(ListedAttributes))
        {
            string types = usage.Types.Count == 1
                ? usage.Types.Keys.First()
                : string.Join(", ", usage.Types.Select(static type => $"{type.Key} {ReportText.Count(type.Value)}"));
            page.Add($"""<tr><td><code>{usage.Path}</code></td><td>{types}</td><td class="n">{ReportText.Count(usage.Count)}</td><td class="n">{usage.Depth}</td><td class="n">{ReportText.Bytes(usage.Bytes)}</td><td class="n">{(usage.NumberLosses > 0 ? ReportText.Count(usage.NumberLosses) : "")}</td></tr>""");
        }
        page.Add($"</tbody></table></div></div>");
    }
}
