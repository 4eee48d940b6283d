using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Serialization;

/// <summary>
/// A migration is a matter of days: each in a process of its own, with nothing but files of serialized objects between them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ThreeDaysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos days ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Three_processes_that_share_only_files_end_in_one_report()
    {
        string export = new SampleOrders().WriteExport(_folder, 1_000, files: 2).Folder;
        await using CosmosStandIn cosmos = await CosmosStandIn.StartAsync(new() { AccountName = "mycosmos", Throttle = false });
        string end = "";
        for (int day = 1; day <= 3; day++)
        {
            using ScriptProcess process = ScriptProcess.Start(
                Repository.ScriptOf("day.ps1"), "-Day", $"{day}", "-Folder", _folder, "-Module", ModuleHost.ManifestPath, "-Export", export,
                    "-Endpoint", cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey);
            end = (await process.WaitAsync()).ThrowIfFailed().Output;
        }
        Assert.Contains("\"/note/?\"", end, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(Path.Combine(_folder, "report.html"));
        Assert.Contains("Every item has its document", page, StringComparison.Ordinal);
        Assert.All(new[] { "<h2>Verification</h2>", "<h2>Import</h2>", "<h2>Assessment</h2>" }, heading =>
            Assert.Contains(heading, page, StringComparison.Ordinal));
        foreach (string file in Directory.GetFiles(_folder, "*.clixml")) Assert.DoesNotContain(cosmos.AccountKey,
            await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }
}
