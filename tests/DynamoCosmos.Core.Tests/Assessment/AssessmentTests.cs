using System.Text.Json;
using DynamoCosmos.Assessment;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Items;

namespace DynamoCosmos.Core.Tests.Assessment;

/// <summary>What is planted in an export is found: counted exactly, or within what the sketch states.</summary>
public sealed class AssessmentTests(AssessmentTests.Assessed assessed) : IClassFixture<AssessmentTests.Assessed>
{
    private readonly MigrationAssessment _assessment = assessed.Assessment;

    [Fact]
    public void Counts_add_up()
    {
        Assert.Equal(assessed.Planted.Lines.Count, _assessment.ItemsAssessed);
        Assert.Equal(_assessment.ItemsAssessed, _assessment.Documents + _assessment.Expired + _assessment.Rejected);
        Assert.Equal((PlantedHazards.Expired, PlantedHazards.Rejected), (_assessment.Expired, _assessment.Rejected));
        Assert.False(_assessment.IsSample);
        Assert.Equal(_assessment.Documents, _assessment.DocumentSize.Count);
        Assert.Equal(_assessment.ItemsAssessed - PlantedHazards.Malformed, _assessment.SourceSize.Count);
    }

    [Theory]
    [InlineData("ItemsRejected", "ItemTooLarge", PlantedHazards.TooLarge, FindingSeverity.Critical)]
    [InlineData("ItemsRejected", "MalformedItem", PlantedHazards.Malformed, FindingSeverity.Critical)]
    [InlineData("ItemsRejected", "MissingKey", PlantedHazards.MissingKeys, FindingSeverity.Critical)]
    [InlineData("LargeDocuments", "", PlantedHazards.Large, FindingSeverity.Warning)]
    [InlineData("HotPartition", "HOT", PlantedHazards.OfHotCustomer, FindingSeverity.Warning, true)]
    [InlineData("NumberPrecision", "amounts[], exact", 2 * PlantedHazards.LongNumbers, FindingSeverity.Warning)]
    [InlineData("ReservedName", "_ts", PlantedHazards.ReservedTs, FindingSeverity.Warning)]
    [InlineData("ReservedName", "ttl", PlantedHazards.ReservedTtl, FindingSeverity.Warning)]
    [InlineData("ReservedName", "id", PlantedHazards.ForeignIds, FindingSeverity.Warning)]
    [InlineData("TtlInMilliseconds", "expiresAt", PlantedHazards.Milliseconds, FindingSeverity.Warning)]
    [InlineData("TtlNotNumber", "expiresAt", PlantedHazards.TextTimes, FindingSeverity.Warning)]
    [InlineData("TtlTooOld", "expiresAt", PlantedHazards.TooOld, FindingSeverity.Warning)]
    [InlineData("TtlTooFar", "expiresAt", PlantedHazards.Milliseconds, FindingSeverity.Notice)]
    [InlineData("Expired", "expiresAt", PlantedHazards.Expired, FindingSeverity.Notice)]
    [InlineData("HashedIds", "", PlantedHazards.LongKeys, FindingSeverity.Warning)]
    [InlineData("EscapedIds", "", PlantedHazards.SlashKeys, FindingSeverity.Notice)]
    [InlineData("Sets", "tags", PlantedHazards.Sets, FindingSeverity.Notice)]
    [InlineData("Binary", "picture", PlantedHazards.Binaries, FindingSeverity.Notice)]
    public void A_planted_hazard_is_found(string id, string subject, int count, FindingSeverity severity, bool isAtLeast = false)
    {
        AssessmentFinding finding = Assert.Single(_assessment.Findings, finding => finding.Id == id && finding.Subject == subject);
        Assert.Equal(severity, finding.Severity);
        // A partition's items are counted from when it is followed.
        if (isAtLeast) Assert.InRange(finding.Count, count * 9 / 10, count);
        else Assert.Equal(count, finding.Count);
    }

    [Fact]
    public void An_attribute_of_two_types_is_told_with_both()
    {
        AssessmentFinding finding =
            Assert.Single(_assessment.Findings, static finding => finding.Id == "MixedTypes" && finding.Subject == "total");
        Assert.Contains($"S {PlantedHazards.MixedTotals}", finding.Message, StringComparison.Ordinal);
        AttributeUsage total = _assessment.Attributes.Single(static usage => usage.Path == "total");
        Assert.True(total.IsMixed);
        Assert.Equal(PlantedHazards.MixedTotals, total.Types["S"]);
    }

    [Fact]
    public void Nothing_is_found_that_was_not_planted() =>
        Assert.Empty(_assessment.Findings.Select(static finding => finding.Id).Distinct().Except(
        [
            "ItemsRejected", "LargeDocuments", "HotPartition", "NumberPrecision", "MixedTypes", "ReservedName", "TtlInMilliseconds",
                "TtlNotNumber", "TtlTooOld", "TtlTooFar",
            "Expired", "HashedIds", "EscapedIds", "Sets", "Binary",
        ]));

    [Fact]
    public void The_most_dangerous_comes_first() =>
        Assert.Equal(_assessment.Findings.Select(static finding => finding.Severity).Order(),
            _assessment.Findings.Select(static finding => finding.Severity));

    [Fact]
    public void Partitions_are_counted_within_the_stated_error_and_the_heaviest_weighed_within_its_own()
    {
        PartitionUsage partitions = _assessment.Partitions;
        int customers = assessed.Planted.Customers();
        Assert.Equal(DistinctCount.StandardError, partitions.DistinctError);
        Assert.InRange(partitions.Distinct, customers * (1 - 3 * partitions.DistinctError), customers * (1 + 3 * partitions.DistinctError));
        long hot = assessed.BytesOf("HOT");
        LogicalPartition found = partitions.Largest.Single(static partition => partition.Key == "HOT");
        Assert.InRange(hot, found.Bytes, found.MaxBytes);
        Assert.InRange(found.Share, (double)found.Bytes / _assessment.DocumentSize.TotalBytes - 1e-9,
            (double)found.MaxBytes / _assessment.DocumentSize.TotalBytes);
    }

    [Fact]
    public void Several_threads_find_what_one_finds()
    {
        MigrationAssessment alone = Assessed.Assess(assessed.Planted.ToSource(1));
        // What sketches tell depends on the order of what they see; all else does not.
        static string Exact(MigrationAssessment of) =>
            JsonSerializer.Serialize(
            of with { AssessedAt = default, Duration = default, Partitions = null!, Findings = [], Attributes = [] });
        Assert.Equal(Exact(alone), Exact(_assessment));
        Assert.Equal(alone.Findings.Where(static finding => finding.Id != "HotPartition"),
            _assessment.Findings.Where(static finding => finding.Id != "HotPartition"));
        Assert.Equal(alone.Attributes.Select(static usage => (usage.Path, usage.Count, usage.Bytes)),
            _assessment.Attributes.Select(static usage => (usage.Path, usage.Count, usage.Bytes)));
        Assert.Equal(alone.Partitions.Distinct, _assessment.Partitions.Distinct);
    }

    [Fact]
    public void A_sample_reads_about_as_many_as_wanted_and_projects_the_plan()
    {
        MigrationAssessment sample = Assessed.Assess(assessed.Planted.ToSource(20), sample: 5_000);
        Assert.True(sample.IsSample);
        Assert.InRange(sample.ItemsAssessed, 4_000, 6_000);
        Assert.Equal(assessed.Planted.Lines.Count, sample.TotalItems);
        Assert.InRange(sample.Plan.RequestUnits, _assessment.Plan.RequestUnits * 0.8, _assessment.Plan.RequestUnits * 1.2);
    }

    /// <summary>One assessment for all tests.</summary>
    public sealed class Assessed
    {
        public Assessed()
        {
            Planted = new(11);
            Assessment = Assess(Planted.ToSource(8));
        }

        internal PlantedHazards Planted { get; }

        internal MigrationAssessment Assessment { get; }

        internal static MigrationAssessment Assess(ListSource source, long? sample = null)
        {
            AtOneMoment time = new();
            ItemConverter converter = new(source.Keys);
            AssessmentRun run = new(source, converter, sample, time);
            ItemStatistics seen = run.RunAsync(default).GetAwaiter().GetResult();
            LoadWishes wishes = new() { Prices = Prices.Table };
            return new AssessmentSummary(source, converter, wishes, []).Make(seen, run.IsPartial, null, time.GetUtcNow(), TimeSpan.Zero);
        }

        internal long BytesOf(string customer)
        {
            ItemConverter converter = new(PlantedHazards.Keys);
            DocumentBuffer buffer = new();
            long bytes = 0;
            foreach (string line in Planted.Lines.Where(line => line.Contains($"{{\"S\":\"{customer}\"}}", StringComparison.Ordinal)))
            {
                converter.Convert(System.Text.Encoding.UTF8.GetBytes(line), PlantedHazards.Now, buffer);
                bytes += buffer.Document.Length;
            }
            return bytes;
        }

        private sealed class AtOneMoment : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(PlantedHazards.Now);
        }
    }
}

/// <summary>Round prices, to calculate with in the head.</summary>
internal static class Prices
{
    internal static PriceTable Table { get; } = new()
    {
        Date = new(2025, 6, 1),
        Source = "a test",
        Currency = "USD",
        Per100RequestUnitsHour = 0.01m,
        StoragePerGigabyteMonth = 0.5m
    };
}
