using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Assessment;

/// <summary>An index of the table, as advice on it needs to know it.</summary>
public sealed record SecondaryIndex(string Name, string Kind, KeyAttribute PartitionKey, KeyAttribute? SortKey);
