using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>A window of changes on top of a full export, in both formats and views, and what Compare says of it.</summary>
public sealed class IncrementalImportTests : IAsyncLifetime
{
    private const string Target = "-DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos changes ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000, defaultTtl: -1);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(false, "NEW_IMAGE")]
    [InlineData(false, "NEW_AND_OLD_IMAGES")]
    [InlineData(true, "NEW_IMAGE")]
    [InlineData(true, "NEW_AND_OLD_IMAGES")]
    public void A_window_upserts_and_deletes_and_the_comparison_looks_at_nothing_else(bool isIon, string view)
    {
        (string full, string window) = Write(isIon, view);
        _session.Invoke($"$null = Import-CosmosItems -Location '{full}' {Target}").ThrowIfFailed();
        PSObject result = _session.Invoke($"Import-CosmosItems -Location '{window}' {Target}").Single();
        Assert.Equal((3L, 2L, 1L),
            (result.Properties["Read"].Value, result.Properties["Written"].Value, result.Properties["Deleted"].Value));
        Assert.Equal(10, _session.Cosmos.Count("shop", "orders"));

        PSObject summary = _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Target}").Single();
        Assert.Equal((true, 3L, 3L),
            (summary.Properties["Passed"].Value, summary.Properties["SourceItems"].Value, summary.Properties["Matched"].Value));
        // What the full export says of the changed items is over.
        ScriptRun before = _session.Invoke($"Compare-CosmosMigration -Location '{full}' {Target}");
        Assert.Equal(["Different", "Extra", "Missing"], before.Output.SkipLast(1).Select(static d => d.Properties["Kind"].Value.ToString())
            .Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changes_that_are_read_as_objects_are_applied_as_those_of_the_window(bool isIon)
    {
        (string full, string window) = Write(isIon, "NEW_AND_OLD_IMAGES");
        _session.Invoke($"$null = Import-CosmosItems -Location '{full}' {Target}").ThrowIfFailed();
        PSObject result = _session.Invoke($$"""Read-DynamoExport '{{window}}' | ForEach-Object { $_ } | Import-CosmosItems {{Target}} -AccountName mycosmos""").Single();
        Assert.Equal((3L, 2L, 1L),
            (result.Properties["Read"].Value, result.Properties["Written"].Value, result.Properties["Deleted"].Value));
        Assert.Equal((true, 3L), _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Target}").Single() is var summary
            ? (summary.Properties["Passed"].Value, summary.Properties["Matched"].Value) : default);
        Assert.Equal(["Keys", "NewImage", "OldImage"],
            _session.Invoke($$"""Read-DynamoExport '{{window}}' | ForEach-Object { $_.PSObject.Properties.Name }""").Output.Select(
            static name => name.ToString()).Distinct().Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_several_records_of_one_item_the_last_write_counts_for_import_and_comparison(bool isIon)
    {
        DateTimeOffset time = DateTimeOffset.UtcNow.AddHours(-2);
        SampleOrders orders = new();
        ExportLayout window =
            ExportLayout.ToFolder(_root, new() { IsIon = isIon, FromTime = time, ToTime = time.AddHours(1), OutputView = "NEW_IMAGE" });
        using (DataFileWriter file = window.AddDataFile())
        {
            file.WriteChange(20, KeyOf(orders.Item(2)), With(orders.Item(2), "last"), default);
            file.WriteChange(10, KeyOf(orders.Item(3)), orders.Item(3), default);
        }
        using (DataFileWriter file = window.AddDataFile())
        {
            file.WriteChange(15, KeyOf(orders.Item(2)), With(orders.Item(2), "before"), default);
            file.WriteChange(11, KeyOf(orders.Item(3)), default, default);
        }
        window.Complete();
        ScriptRun run = _session.Invoke($"Import-CosmosItems -Location '{window.Folder}' {Target} -AllowGap").ThrowIfFailed();
        PSObject result = run.Single();
        Assert.Equal((4L, 1L, 1L, 2L),
            (result.Properties["Read"].Value, result.Properties["Written"].Value, result.Properties["Deleted"].Value,
            result.Properties["Filtered"].Value));
        Assert.Contains(run.Warnings, static warning => warning.ToString()
            .Contains("2 items have several records", StringComparison.Ordinal));
        PSObject summary = _session.Invoke($"Compare-CosmosMigration -Location '{window.Folder}' {Target}").Single();
        Assert.Equal((true, 4L, 2L),
            (summary.Properties["Passed"].Value, summary.Properties["SourceItems"].Value, summary.Properties["Matched"].Value));
    }

    [Fact]
    public void A_comparison_with_a_window_that_was_not_imported_finds_each_of_its_changes()
    {
        (string full, string window) = Write(isIon: false, "NEW_IMAGE");
        _session.Invoke($"$null = Import-CosmosItems -Location '{full}' {Target}").ThrowIfFailed();
        ScriptRun run = _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Target}");
        Assert.Equal("DifferencesFound,DynamoCosmos.Commands.CompareCosmosMigrationCommand", run.ErrorId);
        Assert.Equal(["Different", "Extra", "Missing"], run.Output.SkipLast(1).Select(static d => d.Properties["Kind"].Value.ToString())
            .Order());
        PSObject repaired = _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Target} -Repair").Output[^1];
        // What is gone from the table is never removed by a comparison.
        Assert.Equal((2L, 1L), (repaired.Properties["Repaired"].Value, repaired.Properties["Extra"].Value));
    }

    [Fact]
    public void An_id_that_the_keys_do_not_tell_is_refused_before_anything_is_written()
    {
        (_, string window) = Write(isIon: false, "NEW_AND_OLD_IMAGES");
        ScriptRun run = _session.Invoke($"Import-CosmosItems -Location '{window}' {Target} -IdFrom Attribute -IdAttribute ref");
        Assert.Equal("ChangesNeedKeys,DynamoCosmos.Commands.ImportCosmosItemsCommand", run.ErrorId);
        Assert.Equal(0, _session.Cosmos.Count("shop", "orders"));
        Assert.False(Directory.Exists(Path.Combine(window, "_dynamocosmos")));
        Assert.Equal("ChangesNeedKeys,DynamoCosmos.Commands.CompareCosmosMigrationCommand",
            _session.Invoke($"Compare-CosmosMigration -Location '{window}' {Target} -IdFrom Attribute -IdAttribute ref").ErrorId);
    }

    /// <summary>Ten items; then one is changed, one deleted and one new.</summary>
    private (string Full, string Window) Write(bool isIon, string view)
    {
        DateTimeOffset time = DateTimeOffset.UtcNow.AddHours(-2);
        SampleOrders orders = new();
        ExportLayout full = orders.WriteExport(_root, 10, files: 2, new() { IsIon = isIon, ExportTime = time });
        ExportLayout window =
            ExportLayout.ToFolder(_root, new() { IsIon = isIon, FromTime = time, ToTime = time.AddHours(1), OutputView = view });
        bool hasOld = view == "NEW_AND_OLD_IMAGES";
        using (DataFileWriter file = window.AddDataFile())
        {
            file.WriteChange(1, KeyOf(orders.Item(2)), With(orders.Item(2), "changed"), hasOld ? orders.Item(2) : default);
            file.WriteChange(2, KeyOf(orders.Item(3)), default, hasOld ? orders.Item(3) : default);
        }
        using (DataFileWriter file = window.AddDataFile()) file.WriteChange(3, KeyOf(orders.Item(10)), orders.Item(10), default);
        // Another window's file in the folder that they share: only the manifest tells whose it is.
        ExportLayout other = ExportLayout.ToFolder(_root, new() { IsIon = isIon, FromTime = time.AddHours(1), ToTime = time.AddHours(2) });
        using (DataFileWriter file = other.AddDataFile()) file.WriteChange(4, KeyOf(orders.Item(11)), orders.Item(11), default);
        window.Complete();
        return (full.Folder, window.Folder);
    }

    private static byte[] KeyOf(byte[] item)
    {
        JsonNode map = JsonNode.Parse(item)!;
        return Encoding.UTF8.GetBytes($$"""{"customerId":{{map["customerId"]!.ToJsonString()}},"orderId":{{map["orderId"]!.ToJsonString()}}}""");
    }

    private static byte[] With(byte[] item, string note) =>
        [.. item.AsSpan(0, item.Length - 1), .. Encoding.UTF8.GetBytes($$$""","note of the test":{"S":"{{{note}}}"}}""")];
}
