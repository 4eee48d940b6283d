using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>The tables and their exports.</summary>
public sealed partial class DynamoStandIn
{
    private readonly ConcurrentDictionary<string, StandInTable> _tables = new(StringComparer.Ordinal);

    internal DynamoStandIn(AwsStandInOptions options, S3StandIn s3)
    {
        Options = options;
        Exports = new(this, s3);
    }

    internal AwsStandInOptions Options { get; }

    internal ExportRegister Exports { get; }

    public IReadOnlyList<StandInTable> Tables => [.. _tables.Values.OrderBy(static table => table.Name, StringComparer.Ordinal)];

    public StandInTable this[string name] =>
        _tables.TryGetValue(name, out StandInTable? table) ? table : throw new KeyNotFoundException($"There is no table {name}.");

    /// <param name="partitionKey"><c>name:type</c>, such as <c>pk:S</c>.</param>
    /// <param name="sortKey">The same, or null.</param>
    public StandInTable CreateTable(string name, string partitionKey, string? sortKey = null) =>
        CreateTable(name, TableKeys.Parse(partitionKey, sortKey),
            new() { ["BillingModeSummary"] = new JsonObject { ["BillingMode"] = "PAY_PER_REQUEST" } });

    public bool DeleteTable(string name) => _tables.TryRemove(name, out _);

    internal StandInTable CreateTable(string name, TableKeys keys, JsonObject settings)
    {
        if (!ValidName().IsMatch(name))
            throw AwsException.Validation("TableName must be at least 3 characters long and at most 255 characters long, and match " +
                $"[a-zA-Z0-9_.-]+: {name}");
        StandInTable table = new(name, ArnOf(name), keys, Options.Time, settings);
        return _tables.TryAdd(name, table) ? table : throw new AwsException(400, "ResourceInUseException", $"Table already exists: {name}");
    }

    /// <summary>By name or by ARN, as the API takes both; an ARN of another account or region is not found.</summary>
    internal StandInTable Find(string nameOrArn)
    {
        string name = nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn[(nameOrArn.IndexOf('/') + 1)..] : nameOrArn;
        bool isHere = nameOrArn == name || nameOrArn == ArnOf(name);
        return isHere && _tables.TryGetValue(name, out StandInTable? table)
            ? table
            : throw new AwsException(400, "ResourceNotFoundException", "Requested resource not found");
    }

    internal string ArnOf(string table) => $"arn:aws:dynamodb:{Options.Region}:{Options.AccountId}:table/{table}";

    internal Task SettleExportsAsync() => Exports.SettleAsync();

    /// <summary>What a refused request was about, for the message.</summary>
    internal string ResourceOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000 });
            foreach (string name in (string[])["TableName", "TableArn", "ExportArn"])
            {
                if (!document.RootElement.TryGetProperty(name, out JsonElement value) || value.GetString() is not string text) continue;
                return "table/" + (text.StartsWith("arn:", StringComparison.Ordinal) ? text[(text.IndexOf('/') + 1)..] : text);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return "*";
        }
        return "*";
    }

    [GeneratedRegex("^[a-zA-Z0-9_.-]{3,255}$")]
    private static partial Regex ValidName();
}
