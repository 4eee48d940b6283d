using System.Buffers.Binary;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DynamoCosmos.Assessment;
using DynamoCosmos.Comparison;
using DynamoCosmos.RealServers;
using DynamoCosmos.Report;

namespace DynamoCosmos.Core.Tests.Report;

/// <summary>The report as a real browser shows it.</summary>
[Trait("Category", "Slow")]
public sealed partial class ReportPageTests : IDisposable
{
    private const int Width = 1200, Height = 1500, PictureHeight = 2264;

    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos report ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [RealServerFact(RealServer.Chromium)]
    public async Task A_browser_shows_every_section_and_asks_the_network_for_nothing()
    {
        (string dom, IReadOnlyList<string> requests) = await Chromium.DumpDomAsync(Write(SampleReport.Full()));
        Assert.Empty(requests);
        Assert.All(
            new[] { "Verification", "Import", "Assessment", "Throughput over time", "Sizes", "Values by type",
                "Heaviest values of /customerId", "Plan for the load", "Secondary indexes", "Attributes" },
            heading => Assert.Contains($">{heading}<", dom, StringComparison.Ordinal));
        Assert.Contains("18,276,188", dom, StringComparison.Ordinal);
        Assert.Contains("CUST#0000001", dom, StringComparison.Ordinal);
        Assert.Equal(7, Regex.Count(dom, "role=\"img\""));
        Assert.Equal(120, Regex.Match(dom, "<polyline class=\"la\" points=\"([^\"]+)\"").Groups[1].Value.Split(' ').Length / 2);
    }

    [RealServerFact(RealServer.Chromium)]
    public async Task The_counter_sees_a_page_that_does_ask_and_the_policy_would_stop_it()
    {
        string page = Path.Combine(_folder, "asks.html");
        const string Asks = "<body><img src=\"http://probe.example/pixel.png\"></body>";
        await File.WriteAllTextAsync(page, Asks);
        Assert.Contains((await Chromium.DumpDomAsync(page)).Requests, static request =>
            request.Contains("probe.example", StringComparison.Ordinal));
        string policy =
            Regex.Match(SampleReport.Full().ToHtml(SampleReport.Now), "<meta http-equiv=\"Content-Security-Policy\"[^>]+>").Value;
        await File.WriteAllTextAsync(page, policy + Asks);
        Assert.Empty((await Chromium.DumpDomAsync(page)).Requests);
    }

    [RealServerFact(RealServer.Chromium)]
    public async Task What_a_table_holds_never_becomes_markup()
    {
        const string Hostile =
            "</title></style><script>document.title='taken'</script>\"'><img src=http://probe.example/ onerror=alert(1)>&amp;\0\u0001";
        MigrationAssessment assessment = SampleReport.Assessment();
        MigrationReport report = new() { Title = Hostile };
        report.Assessments.Add(assessment with
        {
            Source = Hostile,
            PartitionKeyPath = [Hostile],
            Attributes = [assessment.Attributes[0] with { Path = Hostile }],
            Partitions = assessment.Partitions with { Largest = [new(Hostile, 10, 20, 1, 0.5)] },
            Indexes = [new(Hostile, Hostile, Hostile, IndexAdviceKind.SecondContainer, 1, Hostile)],
            Findings = [new(FindingSeverity.Critical, Hostile, Hostile, 1, Hostile)],
            Plan = assessment.Plan with
            {
                PartitionKeyReason = Hostile,
                IndexingPolicy = Hostile,
                Currency = Hostile,
                PartitionKeyPath = [Hostile]
            },
        });
        report.Imports.Add(SampleReport.Import() with { Source = Hostile, Target = Hostile, RejectedItemPath = Hostile });
        report.Comparisons.Add(SampleReport.Comparison(passed: false) with { Source = Hostile, Target = Hostile });
        report.Add(new()
        {
            Kind = DifferenceKind.Different,
            Id = Hostile,
            PartitionKey = [Hostile],
            Values = [new(Hostile, Hostile, Hostile)]
        });
        (string dom, IReadOnlyList<string> requests) = await Chromium.DumpDomAsync(Write(report));
        Assert.Empty(requests);
        Assert.DoesNotContain("<script", dom, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", dom, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;document.title='taken'&lt;/script&gt;", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>taken", dom, StringComparison.Ordinal);
    }

    [RealServerFact(RealServer.Chromium)]
    public async Task Light_and_dark_are_two_pictures_of_the_wanted_size_and_neither_is_blank()
    {
        string page = Write(SampleReport.Full());
        string light = Path.Combine(_folder, "light.png"), dark = Path.Combine(_folder, "dark.png");
        await Chromium.ScreenshotAsync(page, light, Width, Height, isDark: false);
        await Chromium.ScreenshotAsync(page, dark, Width, Height, isDark: true);
        Assert.Equal((Width, Height), Dimensions(light));
        Assert.Equal((Width, Height), Dimensions(dark));
        // A blank picture of this size takes less than a tenth of it.
        Assert.True(new FileInfo(light).Length > 60_000, $"The light picture has only {new FileInfo(light).Length} bytes.");
        Assert.True(new FileInfo(dark).Length > 60_000, $"The dark picture has only {new FileInfo(dark).Length} bytes.");
        byte[] lightPixels = PngPixels.Read(light), darkPixels = PngPixels.Read(dark);
        Assert.True(PngPixels.Brightness(lightPixels) > 180, $"Light has a brightness of {PngPixels.Brightness(lightPixels)}.");
        Assert.True(PngPixels.Brightness(darkPixels) < 80, $"Dark has a brightness of {PngPixels.Brightness(darkPixels)}.");
        Assert.True(PngPixels.Colors(lightPixels) > 100);
    }

    /// <summary>Makes docs/report.png anew: DYNAMOCOSMOS_TEST_PICTURES=1.</summary>
    [RealServerFact(RealServer.Chromium)]
    public async Task The_committed_picture_is_of_this_report()
    {
        string committed = Path.Combine(typeof(ReportPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static a => a.Key == "RepositoryRoot").Value!, "docs", "report.png");
        string page = Write(SampleReport.Full());
        if (Environment.GetEnvironmentVariable("DYNAMOCOSMOS_TEST_PICTURES") == "1") await Chromium.ScreenshotAsync(page, committed, Width,
            PictureHeight, isDark: false);
        Assert.Equal((Width, PictureHeight), Dimensions(committed));
        string now = Path.Combine(_folder, "now.png");
        await Chromium.ScreenshotAsync(page, now, Width, PictureHeight, isDark: false);
        // Fonts and their edges differ from machine to machine; the page's areas and colors do not.
        byte[] then = PngPixels.Read(committed), again = PngPixels.Read(now);
        double different = then.Zip(again).Average(static pair => Math.Abs(pair.First - pair.Second));
        Assert.True(different < 12,
            $"The picture differs by {different:0.0} of 255 on average: look at it, and make it anew if it is right.");
    }

    [RealServerFact(RealServer.Chromium)]
    public async Task It_prints_to_pages()
    {
        string pdf = Path.Combine(_folder, "report.pdf");
        await Chromium.PrintAsync(Write(SampleReport.Full()), pdf);
        byte[] printed = await File.ReadAllBytesAsync(pdf);
        Assert.Equal("%PDF-"u8.ToArray(), printed[..5]);
        Assert.True(printed.Length > 20_000);
    }

    [RealServerFact(RealServer.Chromium)]
    public void Every_picture_tells_itself_in_words_and_every_column_has_a_head()
    {
        XElement body = XElement.Parse(Body()
            .Match(SampleReport.Full().ToHtml(SampleReport.Now)).Value.Replace("&nbsp;", " ", StringComparison.Ordinal));
        XElement[] charts = [.. body.Descendants("svg").Where(static svg => (string?)svg.Attribute("role") == "img")];
        Assert.Equal(7, charts.Length);
        Assert.All(charts, static svg =>
        {
            Assert.NotEqual("", svg.Element("title")!.Value);
            Assert.NotEqual("", svg.Element("desc")!.Value);
            Assert.Equal($"{svg.Element("title")!.Attribute("id")!.Value} {svg.Element("desc")!.Attribute("id")!.Value}",
                svg.Attribute("aria-labelledby")!.Value);
        });
        Assert.All(body.Descendants("svg").Except(charts), static svg => Assert.Equal("true", (string?)svg.Attribute("aria-hidden")));
        Assert.All(body.Descendants("th"), static head => Assert.NotNull(head.Attribute("scope")));
        Assert.All(body.Descendants("table"), static table => Assert.NotEqual("", table.Element("caption")!.Value));
        Assert.Equal(charts.Length, charts.Select(static svg => svg.Element("title")!.Attribute("id")!.Value).Distinct().Count());
    }

    [RealServerFact(RealServer.Chromium)]
    public void An_empty_assessment_and_a_run_of_nothing_make_a_page_too()
    {
        MigrationReport report = new();
        Assert.True(report.IsEmpty);
        report.Assessments.Add(SampleReport.Assessment() with
        {
            ItemsAssessed = 0,
            TotalItems = 0,
            Documents = 0,
            Expired = 0,
            Rejected = 0,
            SourceSize = SizeDistribution.None,
            DocumentSize = SizeDistribution.None,
            Attributes = [],
            Partitions = new() { Distinct = 0, DistinctError = 0, Largest = [], UnseenBytes = 0 },
            Findings = [],
            Indexes = [],
        });
        report.Imports.Add(new() { Completed = true, Source = "a", Target = "b" });
        string html = report.ToHtml(SampleReport.Now);
        Assert.Contains("Nothing stands in the way.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }

    [RealServerFact(RealServer.Chromium)]
    public void Its_headline_says_no_more_than_was_proved()
    {
        ComparisonResult whole =
            SampleReport.Comparison(passed: true) with { SourceItems = 10, Matched = 10, Expired = 0, Rejected = 0, AllowedRejected = 0 };
        Says(whole, "✓ Verified", "Every item has its document, and no document is too many");
        Says(whole with { Matched = 7, Expired = 1, Skipped = 2 }, "✓ Verified",
            "Every item has its document, except 1 expired, 2 left out by a rule, and no document is too many");
        Says(whole with { Matched = 9, Rejected = 1, AllowedRejected = 1 }, "✓ Passed",
            "Every item has its document, except 1 rejected (allowed), and no document is too many");
        Says(whole with { Matched = 9, Missing = 1, Repaired = 1 }, "✓ Verified", "Every item has its document, 1 of them after a repair");
        Says(whole with { IsSample = true }, "✓ Sample verified", "Every item of the sample has its document");
        Says(whole with { Matched = 0, Expired = 10 }, "✓ Nothing to verify", "No document was compared: 10 expired");
        Says(whole with { SourceItems = 0, Matched = 0 }, "✓ Nothing to verify", "The source has no items, and no document is too many");
        Says(whole with { Passed = false, Matched = 0, Rejected = 10 }, "✗ Not verified", "10 rejected: these items have no document");
        Says(whole with { Passed = false, Matched = 8, Missing = 1, Rejected = 1 }, "✗ Not verified",
            "1 missing, 0 too many, 0 different, 1 rejected");
    }

    private static void Says(ComparisonResult result, string headline, string verdict)
    {
        MigrationReport report = new();
        report.Comparisons.Add(result);
        string html = report.ToHtml(SampleReport.Now);
        Assert.Contains($"<b>{headline}</b>", html, StringComparison.Ordinal);
        Assert.Contains($"<b>{verdict}</b>", html, StringComparison.Ordinal);
    }

    private string Write(MigrationReport report)
    {
        string path = Path.Combine(_folder, "report.html");
        File.WriteAllBytes(path, report.ToUtf8(SampleReport.Now));
        return path;
    }

    private static (int Width, int Height) Dimensions(string png)
    {
        ReadOnlySpan<byte> head = File.ReadAllBytes(png).AsSpan(16, 8);
        return (BinaryPrimitives.ReadInt32BigEndian(head), BinaryPrimitives.ReadInt32BigEndian(head[4..]));
    }

    [GeneratedRegex("<body>.*</body>", RegexOptions.Singleline)]
    private static partial Regex Body();
}
