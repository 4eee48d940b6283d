using System.Collections;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Items;

/// <summary>The case files through whole imports: an export for each table and settings, into a container of its own.</summary>
[Trait("Category", "Slow")]
public sealed class CasesThroughImportTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos-cases-").FullName;
    private SandboxSession _session = null!;

    public async Task InitializeAsync() => _session = await SandboxSession.StartAsync();

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_case_arrives_or_is_rejected_as_its_row_says()
    {
        List<string> wrong = [];
        int rows = 0, groups = 0;
        foreach (IGrouping<string, Case> group in Read().GroupBy(c => c.Table + c.Options))
        {
            // One import takes one document an id: rows that share one go by rounds.
            foreach (Case[] round in Rounds(group))
            {
                rows += round.Length;
                wrong.AddRange(Import(round, $"c{++groups}"));
            }
        }
        Assert.Empty(wrong);
        Assert.InRange(rows, 300, int.MaxValue);
    }

    private IEnumerable<string> Import(Case[] cases, string container)
    {
        ExportLayout layout = ExportLayout.ToFolder(Path.Combine(_folder, container));
        using (DataFileWriter file = layout.AddDataFile())
        {
            foreach (Case row in cases) file.WriteLine(row.Line);
        }
        layout.Complete();
        Hashtable settings = CaseSettings.Of(cases[0].Row);
        _session.Host.Set("folder", layout.Folder);
        _session.Host.Set("settings", settings);
        _session.Host.Set("container", container);
        _session.Host.Set("paths", settings["PartitionKeyPath"] ?? new[] { PathOf(cases[0].Table) });
        ScriptRun run = _session.Invoke("""
            New-CosmosMigrationContainer -AccountName mycosmos -DatabaseName cases -ContainerName $container -PartitionKeyPath $paths | Out-Null
            $result = Import-CosmosItems -Location $folder -AccountName mycosmos -DatabaseName cases -ContainerName $container @settings
            $result
            if ($result.RejectedItemPath) { [System.IO.File]::ReadLines($result.RejectedItemPath) }
            """);
        if (run.ErrorId is not null) return [$"{container}: {run.ErrorId} {run.Errors.FirstOrDefault()} {run.Terminated?.Message}"];
        Dictionary<long, string> rejected = run.Output.Skip(1).Select(o => JsonNode.Parse((string)o.BaseObject)!)
            .ToDictionary(r => (long)r["line"]!, r => (string)r["reason"]!);
        Dictionary<string, JsonElement> documents = _session.Cosmos.Documents("cases", container)
            .Select(d => JsonDocument.Parse(d).RootElement).ToDictionary(d => d.GetProperty("id").GetString()!);
        return [.. cases.Select((row, index) => Fault(row, rejected.GetValueOrDefault(index + 1), documents)).OfType<string>()];
    }

    private static string? Fault(Case row, string? rejected, Dictionary<string, JsonElement> documents)
    {
        if (row.Rejected != rejected) return $"{row.Name}: rejected as {rejected ?? "not at all"}";
        if (rejected is not null) return null;
        if (!documents.TryGetValue(row.Id, out JsonElement document)) return $"{row.Name}: there is no document '{row.Id}'";
        JsonObject there = JsonObject.Create(document)!;
        foreach (string name in (string[])["_rid", "_self", "_etag", "_attachments", "_ts"]) there.Remove(name);
        return JsonNode.DeepEquals(there, row.Document) ? null : $"{row.Name}: {there.ToJsonString()}";
    }

    private static IEnumerable<Case[]> Rounds(IEnumerable<Case> cases)
    {
        List<Case> left = [.. cases];
        while (left.Count > 0)
        {
            HashSet<string> ids = [];
            List<Case> round = [.. left.Where(c => c.Rejected is not null || ids.Add(c.Id))];
            left = [.. left.Except(round)];
            yield return [.. round];
        }
    }

    private static IEnumerable<Case> Read()
    {
        int number = 0;
        foreach (string file in (string[])["conversion-cases.json", "more-cases.json"])
        {
            using JsonDocument parsed = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Items", file)));
            foreach (JsonElement element in parsed.RootElement.EnumerateArray())
            {
                JsonElement row = element.Clone();
                // The cases of ttl count from a clock of their own, and changes belong to incremental exports.
                if (row.GetProperty("table").TryGetProperty("ttl", out _)
                    || row.GetProperty("name").GetString()!.Contains("change", StringComparison.Ordinal)
                    || row.TryGetProperty("delete", out _)) continue;
                if (row.TryGetProperty("line", out JsonElement line)
                    && line.GetString()!.Contains("\"Keys\"", StringComparison.Ordinal)) continue;
                // A blank line is no record: the file's count then differs from its manifest's, which is another test's matter.
                if (row.TryGetProperty("line", out line) && line.GetString()!.Length == 0) continue;
                yield return Case.Read(row, ++number);
            }
        }
    }

    private static string PathOf(string table)
    {
        string name = JsonNode.Parse(table)!["pk"]![0]!.GetValue<string>();
        bool isComposite = JsonNode.Parse(table)!["sk"] is not null;
        string type = JsonNode.Parse(table)!["pk"]![1]!.GetValue<string>();
        return name is "ttl" || (name is "id" && (isComposite || type != "S")) ? "/dynamo_" + name : "/" + name;
    }

    private sealed record Case(string Name, JsonElement Row, string Table, string Options, byte[] Line, string Id, JsonObject? Document,
        string? Rejected)
    {
        internal static Case Read(JsonElement row, int number)
        {
            byte[] line = row.TryGetProperty("lineBase64", out JsonElement bytes)
                ? bytes.GetBytesFromBase64() : Encoding.UTF8.GetBytes(row.GetProperty("line").GetString()!);
            string id = row.TryGetProperty("id", out JsonElement value)
                ? value.GetString()! : row.TryGetProperty("doc", out JsonElement doc) ? doc.GetProperty("id").GetString()! : "";
            JsonObject? document = row.TryGetProperty("doc", out doc) ? JsonObject.Create(doc) : null;
            // Most rows are about one attribute of an item keyed 'a': as a, a1, a2 … they fit into one import.
            if (document is not null && id == "a" && (string?)document["pk"] == "a"
                && Encoding.UTF8.GetString(line).Split("\"pk\":{\"S\":\"a\"}") is [string before, string after]
                && document["id"] is not null && !after.Contains("\"id\"", StringComparison.Ordinal)
                && !before.Contains("\"id\"", StringComparison.Ordinal))
            {
                id = $"a{number}";
                line = Encoding.UTF8.GetBytes($"{before}\"pk\":{{\"S\":\"{id}\"}}{after}");
                document["id"] = id;
                document["pk"] = id;
            }
            return new(row.GetProperty("name").GetString()!, row, row.GetProperty("table").GetRawText(),
                row.TryGetProperty("options", out JsonElement options) ? options.GetRawText() : "",
                line, id, document, row.TryGetProperty("rejected", out JsonElement rejected) ? rejected.GetString() : null);
        }
    }
}
