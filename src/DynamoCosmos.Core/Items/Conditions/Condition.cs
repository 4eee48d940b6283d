namespace DynamoCosmos.Items.Conditions;

/// <summary>
/// A condition on an item as DynamoDB holds it, in the words of DynamoDB's condition expressions and with their meaning: an attribute that
/// is missing or of another type makes no comparison true but <c>&lt;&gt;</c>, which is the opposite of <c>=</c>. Values stand in it as
/// they are, without placeholders.
/// </summary>
internal abstract class Condition
{
    internal abstract bool IsTrue(IConditionItem item);
}

internal sealed class NotCondition(Condition condition) : Condition
{
    internal override bool IsTrue(IConditionItem item) => !condition.IsTrue(item);
}

internal sealed class AndCondition(Condition[] all) : Condition
{
    internal override bool IsTrue(IConditionItem item)
    {
        foreach (Condition condition in all)
        {
            if (!condition.IsTrue(item)) return false;
        }
        return true;
    }
}

internal sealed class OrCondition(Condition[] any) : Condition
{
    internal override bool IsTrue(IConditionItem item)
    {
        foreach (Condition condition in any)
        {
            if (condition.IsTrue(item)) return true;
        }
        return false;
    }
}

/// <summary>What another plan found of the item before, where one look is not enough.</summary>
internal sealed class FilterCondition : Condition
{
    internal override bool IsTrue(IConditionItem item) => item.PassesFilter;
}

internal sealed class ExistsCondition(ConditionOperand attribute) : Condition
{
    internal override bool IsTrue(IConditionItem item) => attribute.Get(item).Tag != 0;
}

internal sealed class TypeCondition(ConditionOperand attribute, byte tag) : Condition
{
    internal override bool IsTrue(IConditionItem item) => attribute.Get(item).Tag == tag;
}

internal enum Comparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal sealed class ComparisonCondition(ConditionOperand left, Comparison comparison, ConditionOperand right) : Condition
{
    internal override bool IsTrue(IConditionItem item)
    {
        ConditionValue a = left.Get(item), b = right.Get(item);
        return comparison switch
        {
            Comparison.Equal => a.EqualTo(b),
            Comparison.NotEqual => !a.EqualTo(b),
            Comparison.Less => a.CompareTo(b) < 0,
            Comparison.LessOrEqual => a.CompareTo(b) <= 0,
            Comparison.Greater => a.CompareTo(b) > 0,
            _ => a.CompareTo(b) >= 0,
        };
    }
}

internal sealed class BetweenCondition(ConditionOperand value, ConditionOperand low, ConditionOperand high) : Condition
{
    internal override bool IsTrue(IConditionItem item)
    {
        ConditionValue middle = value.Get(item);
        return middle.CompareTo(low.Get(item)) >= 0 && middle.CompareTo(high.Get(item)) <= 0;
    }
}

internal sealed class InCondition(ConditionOperand value, ConditionOperand[] list) : Condition
{
    internal override bool IsTrue(IConditionItem item)
    {
        ConditionValue wanted = value.Get(item);
        foreach (ConditionOperand operand in list)
        {
            if (wanted.EqualTo(operand.Get(item))) return true;
        }
        return false;
    }
}

internal sealed class BeginsWithCondition(ConditionOperand value, ConditionOperand beginning) : Condition
{
    internal override bool IsTrue(IConditionItem item) => value.Get(item).BeginsWith(beginning.Get(item));
}

internal sealed class ContainsCondition(ConditionOperand value, ConditionOperand part) : Condition
{
    internal override bool IsTrue(IConditionItem item) => value.Get(item).Holds(part.Get(item));
}
