using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Conditions;

/// <summary>An item as conditions see it: its attributes as DynamoDB holds them.</summary>
internal interface IConditionItem
{
    /// <summary>Whether the item met the condition when another plan looked at it before.</summary>
    bool PassesFilter { get; }

    /// <summary>The value of the attribute that the rule captures; its tag is zero where the item has none.</summary>
    ConditionValue CapturedValue(NameRule rule);
}
