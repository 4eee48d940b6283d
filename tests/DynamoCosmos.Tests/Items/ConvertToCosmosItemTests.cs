using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Tests.Items;

/// <summary>The case files through the cmdlet, as a user would look at an item.</summary>
public sealed class ConvertToCosmosItemTests : IDisposable
{
    private readonly ModuleHost _host = new();

    [Theory]
    [InlineData("conversion-cases.json", 14)]
    [InlineData("more-cases.json", 300)]
    public void Every_case_becomes_what_its_row_says(string file, int atLeast)
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Items", file)));
        List<string> wrong = [];
        int count = 0;
        foreach (JsonElement row in cases.RootElement.EnumerateArray())
        {
            // Bytes that are no text cannot be given as a string.
            if (!row.TryGetProperty("line", out JsonElement line)) continue;
            count++;
            _host.Set("line", line.GetString());
            _host.Set("settings", CaseSettings.Of(row));
            // A line of a data file, and not JSON of the pipeline, which may be plain.
            ScriptRun run = _host.Invoke("if (-not $settings.ContainsKey('Format')) { $settings.Format = 'DynamoDBJson' }; " +
                "ConvertTo-CosmosItem -Item $line @settings -WriteTime '2026-01-01T00:00:00Z'");
            string name = row.GetProperty("name").GetString()!;
            if (run.Terminated is not null) wrong.Add($"{name}: {run.Terminated.Message}");
            else if (row.TryGetProperty("rejected", out JsonElement reason)) Check(wrong, name,
                run.ErrorId == $"{reason.GetString()},DynamoCosmos.Commands.ConvertToCosmosItemCommand"
                && run.Output.Count == 0, run.ErrorId);
            else if (row.TryGetProperty("expired", out _) || row.TryGetProperty("delete", out _)) Check(wrong, name, run.Warnings.Count == 1
                && run.Output.Count == 0, run.ErrorId);
            else if (row.TryGetProperty("doc", out JsonElement doc)) Check(wrong, name, run.Output.Count == 1
                && JsonNode.DeepEquals(JsonNode.Parse(doc.GetRawText()), JsonNode.Parse((string)run.Output[0].BaseObject)), run.ErrorId);
            else wrong.Add($"{name}: the row says nothing of its outcome");
        }
        Assert.Empty(wrong);
        Assert.InRange(count, atLeast, int.MaxValue);
    }

    [Fact]
    public void A_refused_item_is_an_error_that_names_attribute_and_place_and_the_next_item_follows()
    {
        ScriptRun run = _host.Invoke("""'{"Item":{"pk":{"S":"a"},"n":{"N":"x"}}}', '{"Item":{"pk":{"S":"b"}}}' | ConvertTo-CosmosItem -PartitionKeyAttribute pk""");
        Assert.Contains("'n'", Assert.Single(run.Errors).ToString());
        Assert.Equal("""{"id":"b","pk":"b"}""", Assert.Single(run.Output).ToString());
    }

    [Theory]
    [InlineData("-IdFrom SortKey", "NoSortKey")]
    [InlineData("-Hierarchical", "NoSortKey")]
    [InlineData("-IdFrom Attribute", "NoIdAttribute")]
    [InlineData("-PartitionKeyPath 'pk'", "InvalidPartitionKeyPath")]
    [InlineData("-PartitionKeyPath '/a','/b','/c','/d'", "TooManyPartitionKeyPaths")]
    public void Settings_that_contradict_each_other_are_an_error(string settings, string id)
    {
        ScriptRun run = _host.Invoke("""ConvertTo-CosmosItem '{"Item":{"pk":{"S":"a"}}}' -PartitionKeyAttribute pk """ + settings);
        Assert.Empty(run.Output);
        Assert.Equal($"{id},DynamoCosmos.Commands.ConvertToCosmosItemCommand", run.ErrorId);
    }

    public void Dispose() => _host.Dispose();

    private static void Check(List<string> wrong, string name, bool isRight, string? errorId)
    {
        if (!isRight) wrong.Add($"{name}: {errorId ?? "another outcome"}");
    }
}
