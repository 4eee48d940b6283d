using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Conditions;

/// <summary>What a condition compares.</summary>
internal abstract class ConditionOperand
{
    internal abstract ConditionValue Get(IConditionItem item);
}

/// <param name="Rule">Captures the attribute.</param>
internal sealed class AttributeOperand(NameRule rule) : ConditionOperand
{
    internal NameRule Rule { get; } = rule;

    internal override ConditionValue Get(IConditionItem item) => item.CapturedValue(Rule);
}

internal sealed class LiteralOperand(byte tag, byte[] text) : ConditionOperand
{
    internal byte Tag { get; } = tag;

    internal byte[] Text { get; } = text;

    internal override ConditionValue Get(IConditionItem item) => new(Tag, Text, default);
}

/// <summary>
/// The size of a string in UTF-16 units, of a binary in bytes, of anything that holds others in their number; missing for all else, as
/// DynamoDB counts.
/// </summary>
internal sealed class SizeOperand(ConditionOperand attribute) : ConditionOperand
{
    internal override ConditionValue Get(IConditionItem item) => attribute.Get(item).Size is int size ? ConditionValue.Of(size) : default;
}
