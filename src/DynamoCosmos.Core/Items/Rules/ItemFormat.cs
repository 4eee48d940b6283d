namespace DynamoCosmos.Items.Rules;

/// <summary>How the records of a source are written.</summary>
public enum ItemFormat
{
    /// <summary><c>{"Item":{…}}</c>, one a line; incremental records have Keys and NewImage instead.</summary>
    DynamoDBJson,

    /// <summary>The same in Amazon Ion text.</summary>
    Ion,

    /// <summary>Documents that are JSON already, with the names of the table's key attributes.</summary>
    Json,
}
