using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>
/// An IAM policy document, as much of it as a migration's policy uses: statements that allow actions on resources, with StringLike on
/// s3:prefix.
/// </summary>
public sealed class AwsPolicy
{
    // Actions without a resource type: the service authorization reference asks for all resources ("*") there.
    private static readonly string[] s_withoutResource =
        ["dynamodb:ListExports", "dynamodb:ListTables", "dynamodb:ListBackups", "dynamodb:ListImports", "s3:ListAllMyBuckets"];

    private static readonly string[] s_properties = ["Sid", "Effect", "Action", "Resource", "Condition"];

    private readonly List<Statement> _statements = [];

    public AwsPolicy(string json)
    {
        JsonObject document = JsonNode.Parse(json) as JsonObject ?? throw new ArgumentException("A policy is a JSON object.", nameof(json));
        if ((string?)document["Version"] != "2012-10-17")
            throw new ArgumentException("The version of a policy is 2012-10-17.", nameof(json));
        foreach (JsonNode? node in document["Statement"] as JsonArray ?? [document["Statement"]?.DeepClone()])
        {
            JsonObject statement = node as JsonObject ?? throw new ArgumentException("A statement is a JSON object.", nameof(json));
            if ((string?)statement["Effect"] != "Allow" || statement.Any(property => !s_properties.Contains(property.Key)))
                throw new NotSupportedException("This stand-in knows statements with Sid, Effect Allow, Action, Resource and Condition.");
            _statements.Add(new(Texts(statement["Action"]), Texts(statement["Resource"]), ReadCondition(statement["Condition"])));
        }
    }

    /// <param name="resource">The ARN that the request is about.</param>
    /// <param name="prefix">What a listing is limited to; null where that is no question.</param>
    public bool Allows(string action, string resource, string? prefix = null)
    {
        string asked = s_withoutResource.Contains(action, StringComparer.OrdinalIgnoreCase) ? "*" : resource;
        return _statements.Any(statement => statement.Actions.Any(pattern => Matches(pattern, action, ignoreCase: true))
            && statement.Resources.Any(pattern => asked == "*" ? pattern == "*" : Matches(pattern, asked, ignoreCase: false))
            && statement.AllowsPrefix(prefix));
    }

    private static string[] Texts(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.Select(text => (string)text!)],
        JsonValue => [(string)node!],
        _ => throw new ArgumentException("A statement names actions and resources."),
    };

    private static string[]? ReadCondition(JsonNode? condition)
    {
        if (condition is null) return null;
        if (condition is JsonObject { Count: 1 } operators && operators["StringLike"] is JsonObject { Count: 1 } keys
            && keys["s3:prefix"] is { } prefixes) return Texts(prefixes);
        throw new NotSupportedException("This stand-in knows the condition StringLike on s3:prefix only.");
    }

    // An asterisk stands for any characters, slashes and colons too, and a question mark for one.
    private static bool Matches(string pattern, string text, bool ignoreCase) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\"), text, ignoreCase);

    private sealed record Statement(string[] Actions, string[] Resources, string[]? Prefixes)
    {
        internal bool AllowsPrefix(string? prefix) =>
            Prefixes is null || (prefix is not null && Prefixes.Any(pattern => Matches(pattern, prefix, ignoreCase: false)));
    }
}
