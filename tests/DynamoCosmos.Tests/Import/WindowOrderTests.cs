using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>Several windows of changes: in order, without gaps, each on top of what comes before it.</summary>
public sealed class WindowOrderTests : IAsyncLifetime
{
    private const string Target = "-DatabaseName shop -ContainerName orders -PartitionKeyAttribute pk";

    private static readonly DateTimeOffset s_start =
        DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).AddDays(-2);

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos windows ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/pk"], 10_000);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Windows_are_applied_in_their_order_however_they_come()
    {
        Write();
        ScriptRun run = Import("$w3, $full, $w1, $w2").ThrowIfFailed();
        Assert.Equal(4, run.Output.Count);
        Assert.Equal("3", ValueOfA());
        // And again: nothing is written, whatever comes in which order.
        run = Import("$w2, $w3, $w1, $full").ThrowIfFailed();
        Assert.All(run.Output, static result => Assert.Equal(true, result.Properties["WasComplete"].Value));
    }

    [Theory]
    [InlineData("$full, $w1, $w3", "ExportWindowGap", "0")]
    [InlineData("$full, $w2", "ExportWindowGap", "0")]
    [InlineData("$w1", "ExportWindowWithoutPredecessor", null)]
    [InlineData("$full, $w1, $wide", "ExportWindowOverlap", "0")]
    public void A_gap_an_overlap_or_a_missing_predecessor_is_an_error_and_none_of_the_windows_is_applied(string exports, string errorId,
        string? value)
    {
        Write();
        Assert.Equal($"{errorId},DynamoCosmos.Commands.ImportCosmosItemsCommand", Import(exports).ErrorId);
        Assert.Equal(value, ValueOfA());
    }

    [Fact]
    public void AllowGap_takes_them_as_they_are_but_never_sets_items_back()
    {
        Write();
        Import("$full, $w1, $w3", "-AllowGap").ThrowIfFailed();
        Assert.Equal("3", ValueOfA());
        Assert.Equal("ExportWindowOverlap,DynamoCosmos.Commands.ImportCosmosItemsCommand", Import("$w2", "-AllowGap").ErrorId);
        Assert.Equal("3", ValueOfA());
    }

    [Fact]
    public void What_an_earlier_day_imported_counts_as_predecessor()
    {
        Write();
        Import("$full").ThrowIfFailed();
        Import("$w1").ThrowIfFailed();
        Assert.Equal("ExportWindowGap,DynamoCosmos.Commands.ImportCosmosItemsCommand", Import("$w3").ErrorId);
        Import("$w2, $w3").ThrowIfFailed();
        Assert.Equal("3", ValueOfA());
        Assert.Single(Directory.GetFiles(Path.Combine(_root, "AWSDynamoDB", "_dynamocosmos"), "*.shop.orders.history.json"));
    }

    [Fact]
    public void A_full_export_imported_anew_takes_its_windows_with_it()
    {
        Write();
        Import("$full, $w1, $w2").ThrowIfFailed();
        Import("$full", "-Restart").ThrowIfFailed();
        Assert.Equal("0", ValueOfA());
        Assert.Equal("ExportWindowGap,DynamoCosmos.Commands.ImportCosmosItemsCommand", Import("$w3").ErrorId);
        // Their checkpoints say that they are complete, but the container is not what it was.
        ScriptRun again = Import("$w1, $w2, $w3").ThrowIfFailed();
        Assert.All(again.Output, static result => Assert.Equal(false, result.Properties["WasComplete"].Value));
        Assert.Equal("3", ValueOfA());
    }

    [Fact]
    public void Another_container_has_another_history()
    {
        Write();
        Import("$full, $w1").ThrowIfFailed();
        _session.Cosmos.CreateContainer("shop", "copy", ["/pk"], 10_000);
        Assert.Equal("ExportWindowWithoutPredecessor,DynamoCosmos.Commands.ImportCosmosItemsCommand",
            Import("$w2", "-ContainerName copy").ErrorId);
    }

    [Fact]
    public void The_windows_after_one_that_fails_are_not_applied()
    {
        string[] folders = Write();
        foreach (string file in File.ReadAllLines(Path.Combine(folders[2], "manifest-files.json")))
        {
            string key = (string)JsonNode.Parse(file)!["dataFileS3Key"]!;
            File.Delete(Path.Combine(_root, key));
        }
        ScriptRun run = Import("$full, $w1, $w2, $w3");
        Assert.Equal("DataFileMissing,DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.Contains(run.Warnings, static warning => warning.StartsWith("1 later window", StringComparison.Ordinal));
        Assert.Equal("1", ValueOfA());
    }

    private ScriptRun Import(string exports, string more = "")
    {
        string target = more.Contains("-ContainerName", StringComparison.Ordinal)
            ? Target.Replace(" -ContainerName orders", "", StringComparison.Ordinal) : Target;
        return _session.Invoke($"{exports} | Import-CosmosItems {target} {more}");
    }

    private string? ValueOfA() => _session.Cosmos.Documents("shop", "orders")
        .Select(static document => JsonNode.Parse(document.Span)!)
        .FirstOrDefault(static document => (string)document["id"]! == "a")?["value"]?.ToJsonString();

    /// <summary>
    /// A full export in which a is 0, and windows of an hour that make it 1, 2 and 3; the wide one is of the time of the second and third,
    /// and overlaps the first.
    /// </summary>
    private string[] Write()
    {
        string[] folders = [Full(), Window(0, 1, 1), Window(1, 2, 2), Window(2, 3, 3), Window(0.5, 3, 3)];
        string[] names = ["full", "w1", "w2", "w3", "wide"];
        foreach ((string name, string folder) in names.Zip(folders))
        {
            _session.Host.Set(name, _session.Invoke($"Get-DynamoExport -Location '{folder}'").Single());
        }
        return folders;
    }

    private string Full()
    {
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { ExportTime = s_start });
        using (DataFileWriter file = layout.AddDataFile()) file.WriteItem("""{"pk":{"S":"a"},"value":{"N":"0"}}"""u8);
        layout.Complete();
        return layout.Folder;
    }

    private string Window(double from, double to, int value)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root, new() { FromTime = s_start.AddHours(from), ToTime = s_start.AddHours(to) });
        using (DataFileWriter file = layout.AddDataFile())
        {
            file.WriteChange(value, """{"pk":{"S":"a"}}"""u8, Encoding.UTF8.GetBytes($$$"""{"pk":{"S":"a"},"value":{"N":"{{{value}}}"}}"""),
                default);
        }
        layout.Complete();
        return layout.Folder;
    }
}
