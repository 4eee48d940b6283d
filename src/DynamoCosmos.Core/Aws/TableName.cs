using Amazon;

namespace DynamoCosmos.Aws;

/// <summary>Takes the ARNs of tables and exports apart.</summary>
internal static class TableName
{
    /// <summary>The table's name, from its own ARN, from an export's, or as it is.</summary>
    internal static string Of(string nameOrArn) => Parse(nameOrArn)?.Table ?? nameOrArn;

    internal static string? RegionOf(string? arn) => Parse(arn)?.Region;

    /// <summary>The name of the export's own folder; null where the ARN is no export's.</summary>
    internal static string? ExportIdOf(string arn) => Parse(arn)?.Export;

    private static (string Region, string Table, string? Export)? Parse(string? text)
    {
        if (!Arn.TryParse(text, out Arn arn) || arn.Service != "dynamodb") return null;
        return arn.Resource.Split('/') switch
        {
            ["table", { Length: > 0 } table] => (arn.Region, table, null),
            ["table", { Length: > 0 } table, "export", { Length: > 0 } export] => (arn.Region, table, export),
            _ => null,
        };
    }
}
