using System.Text.RegularExpressions;

namespace DynamoCosmos.Dynamo;

/// <summary>ARNs of tables and exports, taken apart.</summary>
internal static partial class TableName
{
    /// <summary>The table's name, from its own ARN, from an export's, or as it is.</summary>
    internal static string Of(string nameOrArn) => Arn().Match(nameOrArn) is { Success: true } match ? match.Groups["table"].Value : nameOrArn;

    internal static string? RegionOf(string? arn) => arn is not null && Arn().Match(arn) is { Success: true } match ? match.Groups["region"].Value : null;

    /// <summary>The name of the export's own folder; null where the ARN is no export's.</summary>
    internal static string? ExportIdOf(string arn) => Arn().Match(arn) is { Success: true } match && match.Groups["export"].Success ? match.Groups["export"].Value : null;

    [GeneratedRegex("^arn:[a-z-]+:dynamodb:(?<region>[a-z0-9-]*):[0-9]*:table/(?<table>[A-Za-z0-9_.-]+)(/export/(?<export>[0-9A-Za-z-]+))?$")]
    private static partial Regex Arn();
}
