using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Tests.Worker;

/// <summary>The worker as a program: its other commands, its options and variables, and what it says.</summary>
[Trait("Category", "Slow")]
public sealed class WorkerTests
{
    [Fact]
    public async Task A_comparison_passes_and_fails_once_a_document_is_gone()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(500);
        (await scene.RunAsync("import")).AssertExit(0);
        WorkerEnd passed = (await scene.RunAsync("compare")).AssertExit(0);
        Assert.Equal((true, 490L), ((bool)passed.Result["comparison"]!["passed"]!, (long)passed.Result["comparison"]!["matched"]!));

        JsonNode gone = JsonNode.Parse(scene.Cosmos.Documents("shop", "orders")[17].Span)!;
        scene.Cosmos.Remove("shop", "orders", new JsonArray((string)gone["customerId"]!).ToJsonString(), (string)gone["id"]!);
        WorkerEnd failed = (await scene.RunAsync("compare")).AssertExit(4);
        Assert.Equal(("Different", 1L), ((string)failed.Result["outcome"]!, (long)failed.Result["comparison"]!["missing"]!));
        Assert.Equal("DifferencesFound", (string)failed.Result["errors"]![0]!["id"]!);
        JsonNode difference = Assert.Single(failed.Events, static line => (string)line["type"]! == "difference");
        Assert.Equal(("Missing", (string)gone["id"]!), ((string)difference["kind"]!, (string)difference["id"]!));

        (await scene.RunAsync("compare", "--repair")).AssertExit(0);
        Assert.Equal(490, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task An_assessment_has_counts_and_a_plan()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(500);
        WorkerEnd end = await WorkerProcess.RunAsync(["assess", .. scene.Source, "--window", "2h"]);
        JsonNode assessment = end.AssertExit(0).Result["assessment"]!;
        Assert.Equal((500L, 490L, 10L), ((long)assessment["totalItems"]!, (long)assessment["documents"]!, (long)assessment["expired"]!));
        JsonNode plan = assessment["plan"]!;
        Assert.Equal(("02:00:00", "/customerId"), ((string)plan["window"]!, (string)plan["partitionKeyPath"]![0]!));
    }

    [Theory]
    [InlineData("m.json", """{ "excludeAttribute": ["shipTo"], "addProperty": { "moved": true } }""")]
    [InlineData("m.psd1", "@{ ExcludeAttribute = 'shipTo'; AddProperty = @{ moved = $true } }")]
    public async Task A_mapping_file_is_read_in_both_notations(string name, string text)
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(50);
        string path = Path.Combine(scene.Root, name);
        File.WriteAllText(path, text);
        (await scene.RunAsync("import", "--mapping-path", path)).AssertExit(0);
        Assert.All(scene.Cosmos.Documents("shop", "orders"), static one => Assert.True((bool)JsonNode.Parse(one.Span)!["moved"]!));
    }

    [Fact]
    public async Task Every_option_can_come_from_its_variable_and_the_line_counts_more()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(50);
        string[] line = [.. scene.Source, .. scene.Target];
        Dictionary<string, string> variables = scene.Secrets;
        for (int i = 0; i < line.Length; i += 2)
            variables["DYNAMOCOSMOS_" + line[i][2..].Replace('-', '_').ToUpperInvariant()] = line[i + 1];
        variables["DYNAMOCOSMOS_VERBOSE"] = "true";
        variables["DYNAMOCOSMOS_CONTAINER_NAME"] = "nowhere";
        WorkerEnd end = (await WorkerProcess.RunAsync(["import", "--container-name", "orders"], variables)).AssertExit(0);
        Assert.Equal(50L, (long)end.Result["imports"]![0]!["read"]!);
    }

    [Theory]
    [InlineData("--max-in-flight", "many", "OptionsInvalid", "--max-in-flight (DYNAMOCOSMOS_MAX_IN_FLIGHT)")]
    [InlineData("--stop-after", "soon", "OptionsInvalid", "--stop-after (DYNAMOCOSMOS_STOP_AFTER)")]
    [InlineData("--connection-mode", "Pigeon", "OptionsInvalid", "--connection-mode (DYNAMOCOSMOS_CONNECTION_MODE)")]
    [InlineData("--account-kei", "x", "OptionsInvalid", "--account-kei is no option")]
    [InlineData("--mapping-path", "/nowhere/m.json", "MappingFileNotFound", "/nowhere/m.json")]
    [InlineData("--table-name", "Orders", "SourceUnclear", "--location")]
    public async Task Wrong_options_are_told_by_their_names_and_nothing_is_written(string option, string value, string errorId, string told)
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(10);
        WorkerEnd end = (await scene.RunAsync("import", option, value)).AssertExit(errorId == "MappingFileNotFound" ? 1 : 2);
        JsonNode error = end.Result["errors"]![0]!;
        Assert.Equal(errorId, (string)error["id"]!);
        Assert.Contains(told, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(0, scene.Cosmos.Count("shop", "orders"));
    }

    [Fact]
    public async Task Errors_of_the_engine_name_the_worker_s_own_options()
    {
        await using WorkerScene scene = await WorkerScene.StartAsync(10);
        WorkerEnd end = await WorkerProcess.RunAsync(["import", "--location", scene.Folder, .. scene.Target], scene.Secrets);
        string message = (string)end.AssertExit(2).Result["errors"]![0]!["message"]!;
        Assert.Contains("Give --partition-key-attribute, and --sort-key-attribute if", message, StringComparison.Ordinal);
        end = await WorkerProcess.RunAsync(["import", .. scene.Source, "--database-name", "shop", "--container-name", "orders"]);
        message = (string)end.AssertExit(2).Result["errors"]![0]!["message"]!;
        Assert.Contains("Give --account-name, or --account-endpoint", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_ever_told()
    {
        const string Secret = "c2VjcmV0LXRoYXQtbm9ib2R5LXNlZXM=";
        await using WorkerScene scene = await WorkerScene.StartAsync(10);
        Dictionary<string, string> variables = new();
        foreach (string name in new[] { "SECRET_KEY", "SESSION_TOKEN", "CLIENT_SECRET", "ACCOUNT_KEY", "STORAGE_ACCOUNT_KEY" })
            variables[$"DYNAMOCOSMOS_{name}"] = Secret;
        string[][] lines =
        [
            ["import", .. scene.Source, .. scene.Target, "--verbose"],
            ["import", .. scene.Source, .. scene.Target, "--account-kei", Secret],
            ["import", .. scene.Source, .. scene.Target, $"--account-kei={Secret}", Secret],
            ["import", .. scene.Source, .. scene.Target, "--max-in-flight", Secret],
            ["compare", .. scene.Source, .. scene.Target, "--verbose", "--account-key", Secret],
            [
                "assess", "--table-name", "Orders", "--endpoint-url", scene.Session.Aws.Endpoint.AbsoluteUri, "--region", "eu-central-1",
                "--access-key", "AKIDEXAMPLE", "--verbose",
            ],
        ];
        foreach (string[] line in lines)
        {
            WorkerEnd end = await WorkerProcess.RunAsync(line, variables);
            Assert.NotEqual(0, end.ExitCode);
            Assert.NotEmpty(end.Result["errors"]!.AsArray());
            Assert.DoesNotContain(Secret, end.Output + end.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Its_page_names_every_option_and_every_error_of_its_own()
    {
        string page = File.ReadAllText(Repository.PathOf("docs", "worker.md"));
        string help = "";
        foreach (string command in new[] { "import", "compare", "assess" }) help += (
            await WorkerProcess.RunAsync([command, "--help"])).Output;
        string[] options =
        [
            .. Regex.Matches(help, @"^ +(?:[-?, h]*)(--[a-z-]+)", RegexOptions.Multiline)
                .Select(static match => match.Groups[1].Value).Distinct().Where(static name => name != "--help"),
        ];
        Assert.InRange(options.Length, 40, 100);
        Assert.All(options, option => Assert.Contains($"`{option}`", page, StringComparison.Ordinal));
        string errors = File.ReadAllText(Repository.PathOf("src", "DynamoCosmos.Worker", "WorkerErrors.cs"));
        Assert.All(
            Regex.Matches(errors, "\"([A-Z]\\w+)\", FailureKind").Select(static match => match.Groups[1].Value),
            id => Assert.Contains($"| `{id}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void It_stays_small()
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Repository.PathOf("src", "DynamoCosmos.Worker"), "*.cs");
        IEnumerable<string> lines = files.SelectMany(File.ReadLines).Select(static line => line.Trim());
        Assert.InRange(lines.Count(static line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), 1, 600);
    }
}
