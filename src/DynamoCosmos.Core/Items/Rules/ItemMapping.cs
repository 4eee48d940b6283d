namespace DynamoCosmos.Items.Rules;

/// <summary>
/// What is changed on the way from item to document, beside the rules for all. Attributes are named as DynamoDB does: <c>name</c>, nested
/// <c>address.city</c>, with quotes where a name holds a dot or other signs: <c>"a.b".c</c>. A path goes through lists: <c>lines.price</c>
/// is the price in every element of lines. Names are case-sensitive. In the order in which it is applied: Where, exclusion and inclusion,
/// renames, number modes and unpacking, added properties.
/// </summary>
public sealed partial record ItemMapping
{
    /// <summary>
    /// Attributes that the document does not get; <c>*</c> and <c>?</c> in the last name stand for any text and any character.
    /// </summary>
    public IReadOnlyList<string> ExcludeAttributes { get; init; } = [];

    /// <summary>
    /// If there are any, the document gets these and no others, beside the table's keys and what the partition key is made of. Wildcards as
    /// above.
    /// </summary>
    public IReadOnlyList<string> IncludeAttributes { get; init; } = [];

    /// <summary>From an attribute's path to its new last name.</summary>
    public IReadOnlyDictionary<string, string> RenameAttributes { get; init; } = new Dictionary<string, string>();

    /// <summary>From a property's name to its value as JSON text. They stand at the document's end, sorted by name.</summary>
    public IReadOnlyDictionary<string, string> AddProperties { get; init; } = new Dictionary<string, string>();

    /// <summary>Attributes whose numbers become strings, whatever is in them.</summary>
    public IReadOnlyList<string> StringAttributes { get; init; } = [];

    /// <summary>Another number mode for what is in an attribute.</summary>
    public IReadOnlyDictionary<string, NumberMode> NumberModes { get; init; } = new Dictionary<string, NumberMode>();

    /// <summary>Attributes of type S whose text is JSON, which stands in the document as such.</summary>
    public IReadOnlyList<string> UnpackJsonAttributes { get; init; } = [];

    /// <summary>
    /// A condition on the item as DynamoDB holds it, in the words of its condition expressions; items that do not meet it are filtered.
    /// </summary>
    public string? Where { get; init; }

    internal bool IsEmpty =>
        ExcludeAttributes.Count + IncludeAttributes.Count + RenameAttributes.Count + AddProperties.Count + StringAttributes.Count +
            NumberModes.Count + UnpackJsonAttributes.Count == 0 && Where is null;

    internal static ItemMapping None { get; } = new();
}
