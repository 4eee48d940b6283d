using System.Management.Automation;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Tests.Comparison;

/// <summary>Items of the pipeline: Read-DynamoExport and a script's own objects into Compare-CosmosMigration.</summary>
[Trait("Category", "Slow")]
public sealed class PipelineComparisonTests : IAsyncLifetime
{
    private const string Orders =
        "-AccountName mycosmos -DatabaseName shop -ContainerName orders -PartitionKeyAttribute customerId -SortKeyAttribute orderId";
    private const string Users = "-AccountName mycosmos -DatabaseName shop -ContainerName users -PartitionKeyAttribute pk";

    private readonly string _root = Directory.CreateTempSubdirectory("dynamocosmos pipe ").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync(cosmos: new() { AccountName = "mycosmos", Throttle = false });
        _session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 10_000);
        _session.Cosmos.CreateContainer("shop", "users", ["/pk"], 10_000);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Every_form_of_an_exports_items_is_held_against_the_container()
    {
        string folder = new SampleOrders().WriteExport(_root, 3_000).Folder;
        _session.Invoke($"$null = Import-CosmosItems -Location '{folder}' {Orders}").ThrowIfFailed();
        foreach (string items in (string[])[$"Read-DynamoExport '{folder}'", $"Read-DynamoExport '{folder}' -Raw",
            $"Read-DynamoExport '{folder}' | ForEach-Object {{ $_ }}"])
        {
            PSObject summary = _session.Invoke($"{items} | Compare-CosmosMigration {Orders}").Single();
            Assert.Equal((true, 3_000L, 3_000L),
                ((bool)summary.Properties["Passed"].Value, Get(summary, "SourceItems"), Get(summary, "Matched")));
        }
    }

    [Fact]
    public void Differences_name_the_item_by_its_place_in_the_pipeline()
    {
        _session.Invoke($$"""$null = 1..5 | ForEach-Object { @{ pk = "u$_"; n = $_ } } | Import-CosmosItems {{Users}}""").ThrowIfFailed();
        ScriptRun run = _session.Invoke("""
            @{ pk = 'u1'; n = 1 }, [pscustomobject]@{ pk = 'u2'; n = 20 }, '{"pk":"u3","n":3}', '{"Item":{"pk":{"S":"u4"},"n":{"N":"4"}}}', @{ pk = 'u6' } | Compare-CosmosMigration
            """ + " " + Users);
        Assert.StartsWith("DifferencesFound,", run.ErrorId, StringComparison.Ordinal);
        Assert.Equal(["Different u2 pipeline 2", "Extra u5  ", "Missing u6 pipeline 5"],
            run.Output.SkipLast(1).Select(static d => $"{d.Properties["Kind"].Value} {d.Properties["Id"].Value} " +
                $"{d.Properties["DataFile"].Value} {d.Properties["Line"].Value}").Order());
        Assert.Equal((5L, 3L), (Get(run.Output[^1], "SourceItems"), Get(run.Output[^1], "Matched")));
    }

    [Fact]
    public void The_target_tells_keys_and_container()
    {
        PSObject summary = _session.Invoke("""
            $target = New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName shop -ContainerName made -PartitionKeyAttribute tenant -SortKeyAttribute number -Throughput 4000
            $items = @{ tenant = 'a'; number = 7 }, @{ tenant = 'a'; number = 8.50 }
            $null = $items | Import-CosmosItems -Target $target
            $items | Compare-CosmosMigration -Target $target
            """).Single();
        Assert.Equal((true, 2L), ((bool)summary.Properties["Passed"].Value, Get(summary, "Matched")));
    }

    [Fact]
    public void Lines_of_an_Ion_export_are_imported_compared_and_shown()
    {
        _session.Host.Set("lines",
            (string[])["""$ion_1_0 {Item:{pk:"a",n:12.50,tags:$dynamodb_SS::["y","x"]}}""", """$ion_1_0 {Item:{pk:"b"}}"""]);
        ScriptRun run = _session.Invoke($"$lines | Import-CosmosItems {Users}; $lines | Compare-CosmosMigration {Users}; $lines + @{{ " +
            $"pk = 'c' }} | ConvertTo-CosmosItem -PartitionKeyAttribute pk").ThrowIfFailed();
        Assert.Equal((2L, 0L), (Get(run.Output[0], "Written"), Get(run.Output[0], "Rejected")));
        Assert.Equal((true, 2L), ((bool)run.Output[1].Properties["Passed"].Value, Get(run.Output[1], "Matched")));
        Assert.Equal(["""{"id":"a","pk":"a","n":12.5,"tags":["x","y"]}""", """{"id":"b","pk":"b"}""", """{"id":"c","pk":"c"}"""],
            run.Output.Skip(2).Select(static o => o.ToString()));
        ScriptRun mixed = _session.Invoke($"$lines + @{{ pk = 'c' }} | Compare-CosmosMigration {Users}");
        Assert.Equal("NotAnItem,DynamoCosmos.Commands.CompareCosmosMigrationCommand", Assert.Single(mixed.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void An_object_that_is_no_item_is_an_error_and_the_others_are_compared()
    {
        _session.Invoke($"$null = @{{ pk = 'a' }}, @{{ pk = 'b' }} | Import-CosmosItems {Users}").ThrowIfFailed();
        ScriptRun run = _session.Invoke($"@{{ pk = 'a' }}, 5, (, @(1, 2)), @{{ pk = 'b' }} | Compare-CosmosMigration {Users}");
        Assert.Null(run.Terminated);
        Assert.Equal(2, run.Errors.Count);
        Assert.All(run.Errors, static error =>
            Assert.Equal("NotAnItem,DynamoCosmos.Commands.CompareCosmosMigrationCommand", error.FullyQualifiedErrorId));
        Assert.Equal(2L, Get(Assert.Single(run.Output), "Matched"));
        Assert.Equal("NotAnItem,DynamoCosmos.Commands.CompareCosmosMigrationCommand",
            _session.Invoke($"@{{ pk = 'a' }}, 5 | Compare-CosmosMigration {Users} -ErrorAction Stop").ErrorId);
        Assert.Equal(0, SpooledFiles());
    }

    [Fact]
    public void Without_keys_or_without_the_key_in_the_first_item_nothing_begins()
    {
        const string WithoutKeys = "-AccountName mycosmos -DatabaseName shop -ContainerName users";
        Assert.Equal("KeysUnknown,DynamoCosmos.Commands.CompareCosmosMigrationCommand",
            _session.Invoke($"@{{ pk = 'a' }} | Compare-CosmosMigration {WithoutKeys}").ErrorId);
        Assert.Equal("KeyAttributeNotInExport,DynamoCosmos.Commands.CompareCosmosMigrationCommand",
            _session.Invoke($"@{{ other = 'a' }} | Compare-CosmosMigration {Users}").ErrorId);
        Assert.Empty(_session.Invoke($"@() | Compare-CosmosMigration {Users}").ThrowIfFailed().Output);
    }

    [Fact]
    public void A_comparison_that_cannot_be_made_ends_its_pipeline_and_not_at_its_end_only()
    {
        ScriptRun run = _session.Invoke($"$given = 0; 1..20000000 | ForEach-Object {{ $given++; @{{ pk = \"$_\" }} }} | " +
            $"Compare-CosmosMigration {Users.Replace("users", "nowhere", StringComparison.Ordinal)}");
        Assert.StartsWith("CosmosContainerNotFound,", run.ErrorId, StringComparison.Ordinal);
        Assert.InRange((int)_session.Invoke("$given").Single().BaseObject, 1, 19_999_999);
    }

    [Fact]
    public void Repair_asks_once_and_writes_what_is_missing()
    {
        const string Items = "1..3 | ForEach-Object { @{ pk = \"$_\" } }";
        string said = _session.Host.Render($"{Items} | Compare-CosmosMigration {Users} -Repair -WhatIf");
        Assert.Equal(2, said.Split("Compare and write missing").Length);
        Assert.Equal(0, _session.Cosmos.Count("shop", "users"));
        ScriptRun run = _session.Invoke($"{Items} | Compare-CosmosMigration {Users} -Repair").ThrowIfFailed();
        Assert.Equal((true, 3L), ((bool)run.Output[^1].Properties["Passed"].Value, Get(run.Output[^1], "Repaired")));
        Assert.Equal(3, _session.Cosmos.Count("shop", "users"));
    }

    [Fact]
    public void A_script_of_the_import_makes_of_them_what_it_made_then()
    {
        ScriptRun run = _session.Invoke($$"""
            $twice = { param($Document) $Document; @{ id = "$($Document.id)-copy"; pk = $Document.pk } }
            $items = 1..50 | ForEach-Object { @{ pk = "u$_"; n = $_ } }
            $null = $items | Import-CosmosItems {{Users}} -Transform $twice
            $items | Compare-CosmosMigration {{Users}} -Transform $twice
            """).ThrowIfFailed();
        PSObject summary = run.Single();
        Assert.Equal((true, 50L, 50L, 100L),
            ((bool)summary.Properties["Passed"].Value, Get(summary, "SourceItems"), Get(summary, "Added"), Get(summary, "Matched")));
    }

    [Fact]
    public void A_sample_draws_from_the_pipelines_items()
    {
        const string Items = "1..500 | ForEach-Object { @{ pk = \"$_\" } }";
        _session.Invoke($"$null = {Items} | Import-CosmosItems {Users}").ThrowIfFailed();
        PSObject summary = _session.Invoke($"{Items} | Compare-CosmosMigration {Users} -Sample 20").Single();
        Assert.Equal((true, true, 20L),
            ((bool)summary.Properties["Passed"].Value, (bool)summary.Properties["IsSample"].Value, Get(summary, "SourceItems")));
    }

    [Fact]
    public async Task A_stopped_pipeline_leaves_neither_work_nor_file()
    {
        using (PowerShell shell = _session.Host.Start($"1..10000000 | ForEach-Object {{ @{{ pk = \"$_\" }} }} | Compare-CosmosMigration " +
            $"{Users}"))
        {
            IAsyncResult running = shell.BeginInvoke();
            await Eventually.UntilAsync(() => _session.Cosmos.RequestCount > 0 && (!OperatingSystem.IsLinux() || SpooledFiles() > 0));
            await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
            Assert.True(running.IsCompleted);
            Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        }
        Assert.Equal(0, SpooledFiles());
        await Eventually.StandsStillAsync(() => _session.Cosmos.RequestCount);
    }

    [Fact]
    public void A_pipeline_that_wants_no_more_ends_the_comparison()
    {
        ScriptRun run = _session.Invoke($"foreach ($once in 1) {{ 1..2000 | ForEach-Object {{ @{{ pk = \"$_\" }} }} | " +
            $"Compare-CosmosMigration {Users} | ForEach-Object {{ $_.Kind; break }} }}").ThrowIfFailed();
        Assert.Equal("Missing", Assert.Single(run.Output).ToString());
        Assert.Equal(0, SpooledFiles());
    }

    /// <summary>They have no name, so only what the process has open tells of them.</summary>
    private static int SpooledFiles() =>
        OperatingSystem.IsLinux()
            ? Directory.EnumerateFiles("/proc/self/fd")
            .Count(static link => TargetOf(link)?.Contains("dynamocosmos-items-", StringComparison.Ordinal) == true) : 0;

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            // Closed by now.
            return null;
        }
    }

    private static long Get(PSObject from, string name) => (long)from.Properties[name].Value;
}
