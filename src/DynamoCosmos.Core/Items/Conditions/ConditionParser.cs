using System.Globalization;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items.Conditions;

/// <summary>
/// Reads a condition: <c>begins_with(PK, 'CUST#') AND NOT status IN ('deleted', 'void') AND size(lines) &gt; 0</c>. <c>PK begins_with
/// 'CUST#'</c> is the same as the function. Names with other signs than letters, digits and _ stand in double quotes, strings in single
/// ones (doubled inside).
/// </summary>
internal sealed class ConditionParser(string text, NameRules top)
{
    // Far more than anybody writes; without an end the stack would have one.
    private const int MaxDepth = 100;

    private readonly ConditionTokens _tokens = new(text);
    private int _depth;

    /// <summary>The condition looks at elements of lists.</summary>
    internal bool NamesElements { get; private set; }

    /// <exception cref="MigrationException">The text is no condition.</exception>
    internal Condition Read()
    {
        Condition condition = Or();
        if (_tokens.Kind != TokenKind.End) throw Wrong("AND or OR is expected here.");
        return condition;
    }

    private Condition Or()
    {
        List<Condition> any = [And()];
        while (_tokens.TakeWord("OR")) any.Add(And());
        return any.Count == 1 ? any[0] : new OrCondition([.. any]);
    }

    private Condition And()
    {
        List<Condition> all = [Not()];
        while (_tokens.TakeWord("AND")) all.Add(Not());
        return all.Count == 1 ? all[0] : new AndCondition([.. all]);
    }

    private Condition Not()
    {
        if (++_depth > MaxDepth) throw Wrong($"a condition can be nested {MaxDepth} deep.");
        Condition condition = _tokens.TakeWord("NOT") ? new NotCondition(Not()) : _tokens.TakeSign("(") ? Inner() : Predicate();
        _depth--;
        return condition;
    }

    private Condition Inner()
    {
        Condition inner = Or();
        Expect(")");
        return inner;
    }

    private Condition Predicate()
    {
        if (_tokens.Kind == TokenKind.Word && _tokens.IsBeforeParenthesis && !_tokens.Is("size")) return Function();
        ConditionOperand left = Operand();
        if (_tokens.TakeWord("BETWEEN"))
        {
            ConditionOperand low = Operand();
            if (!_tokens.TakeWord("AND")) throw Wrong("BETWEEN needs AND and a second value.");
            return new BetweenCondition(left, low, Operand());
        }
        if (_tokens.TakeWord("IN")) return new InCondition(left, [.. List().Select(element => Facing(left, element))]);
        if (_tokens.TakeWord("begins_with")) return new BeginsWithCondition(left, Operand());
        if (_tokens.TakeWord("contains")) return new ContainsCondition(Whole(left), Whole(Operand()));
        Comparison? comparison = _tokens.Kind != TokenKind.Sign ? null : _tokens.Text switch
        {
            "=" => Comparison.Equal,
            "<>" => Comparison.NotEqual,
            "<" => Comparison.Less,
            "<=" => Comparison.LessOrEqual,
            ">" => Comparison.Greater,
            ">=" => Comparison.GreaterOrEqual,
            _ => null,
        };
        if (comparison is null) throw Wrong("a comparison is expected: = <> < <= > >=, BETWEEN, IN, begins_with or contains.");
        _tokens.Next();
        return new ComparisonCondition(left, comparison.Value, Facing(left, Operand()));
    }

    // A text or number that stands in the condition can only equal one; two attributes may be lists or maps.
    private static ConditionOperand Facing(ConditionOperand left, ConditionOperand right) =>
        left is AttributeOperand && right is AttributeOperand && Whole(left) is not null ? Whole(right) : right;

    private static ConditionOperand Whole(ConditionOperand operand)
    {
        if (operand is AttributeOperand attribute) attribute.Rule.IsSeenWhole = true;
        return operand;
    }

    private Condition Function()
    {
        string name = _tokens.Text.ToLowerInvariant();
        if (name is not ("attribute_exists" or "attribute_not_exists" or "attribute_type" or "begins_with" or "contains"))
        {
            throw Wrong($"'{_tokens.Text}' is no function. There are attribute_exists, attribute_not_exists, attribute_type, " +
                "begins_with, contains and size.");
        }
        _tokens.Next();
        Expect("(");
        ConditionOperand first = name.StartsWith("attribute", StringComparison.Ordinal) ? Attribute() : Operand();
        Condition condition = name switch
        {
            "attribute_exists" => new ExistsCondition(first),
            "attribute_not_exists" => new NotCondition(new ExistsCondition(first)),
            "attribute_type" => new TypeCondition(first, Type()),
            "begins_with" => new BeginsWithCondition(first, Second()),
            _ => new ContainsCondition(Whole(first), Whole(Second())),
        };
        Expect(")");
        return condition;
    }

    private ConditionOperand Second()
    {
        Expect(",");
        return Operand();
    }

    private byte Type()
    {
        Expect(",");
        if (_tokens.Kind != TokenKind.String) throw Wrong("a type in quotes is expected, such as 'S'.");
        byte tag = _tokens.Text switch
        {
            "S" => TypeTag.String,
            "N" => TypeTag.Number,
            "B" => TypeTag.Binary,
            "BOOL" => TypeTag.Bool,
            "NULL" => TypeTag.Null,
            "M" => TypeTag.Map,
            "L" => TypeTag.List,
            "SS" => TypeTag.StringSet,
            "NS" => TypeTag.NumberSet,
            "BS" => TypeTag.BinarySet,
            _ => throw Wrong($"'{_tokens.Text}' is not a type of DynamoDB: S, N, B, BOOL, NULL, M, L, SS, NS, BS."),
        };
        _tokens.Next();
        return tag;
    }

    private ConditionOperand[] List()
    {
        Expect("(");
        List<ConditionOperand> operands = [Operand()];
        while (_tokens.TakeSign(",")) operands.Add(Operand());
        Expect(")");
        return [.. operands];
    }

    private ConditionOperand Operand()
    {
        switch (_tokens.Kind)
        {
            case TokenKind.String:
                return Literal(TypeTag.String, Encoding.UTF8.GetBytes(_tokens.Text));
            case TokenKind.Number:
                byte[] digits = Encoding.UTF8.GetBytes(_tokens.Text);
                if (DynamoNumber.Parse(digits, out _) is string wrong) throw Wrong($"the number {wrong}.");
                return Literal(TypeTag.Number, digits);
            case TokenKind.Word when _tokens.Is("true") || _tokens.Is("false"):
                return Literal(TypeTag.Bool, Encoding.UTF8.GetBytes(_tokens.Text.ToLowerInvariant()));
            case TokenKind.Word when _tokens.Is("null"):
                return Literal(TypeTag.Null, []);
            case TokenKind.Word when _tokens.Is("size") && _tokens.IsBeforeParenthesis:
                _tokens.Next();
                Expect("(");
                ConditionOperand attribute = Whole(Attribute());
                Expect(")");
                return new SizeOperand(attribute);
            default:
                return Attribute();
        }
    }

    private LiteralOperand Literal(byte tag, byte[] literal)
    {
        _tokens.Next();
        return new(tag, literal);
    }

    private AttributeOperand Attribute()
    {
        NameRules level = top;
        NameRule rule = level.Get(Name());
        while (true)
        {
            bool isElement = _tokens.TakeSign("[");
            if (!isElement && !_tokens.TakeSign(".")) break;
            level = level.Into(rule);
            rule = isElement ? level.GetElement(Index()) : level.Get(Name());
        }
        rule.KeepsValue = true;
        return new(rule);
    }

    private int Index()
    {
        if (_tokens.Kind != TokenKind.Number
            || !int.TryParse(_tokens.Text, NumberStyles.None, CultureInfo.InvariantCulture,
            out int index)) throw Wrong("the number of a list's element is expected, from 0.");
        _tokens.Next();
        Expect("]");
        NamesElements = true;
        return index;
    }

    private string Name()
    {
        if (_tokens.Kind is not (TokenKind.Word or TokenKind.Name)) throw Wrong("an attribute or a value is expected.");
        string name = _tokens.Text;
        _tokens.Next();
        return name;
    }

    private void Expect(string sign)
    {
        if (!_tokens.TakeSign(sign)) throw Wrong($"'{sign}' is expected.");
    }

    private MigrationException Wrong(string what) => _tokens.Wrong(what);
}
