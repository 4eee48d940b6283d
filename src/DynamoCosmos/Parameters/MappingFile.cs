using System.Management.Automation.Language;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Mappings;

namespace DynamoCosmos.Parameters;

/// <summary>Reads a mapping file: JSON, or a PSD1 of the same words. A PSD1 is read as data and never run.</summary>
internal static class MappingFile
{
    /// <exception cref="MigrationException">MappingFileNotFound, MappingNotReadable.</exception>
    internal static MappingValue Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw MappingErrors.FileNotFound(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw MappingErrors.NotReadable(new(path), error.Message);
        }
        return Path.GetExtension(path).Equals(".psd1", StringComparison.OrdinalIgnoreCase) ? ReadData(text, path) : MappingText.Read(text, path);
    }

    private static MappingValue ReadData(string text, string path)
    {
        ScriptBlockAst script = Parser.ParseInput(text, out _, out ParseError[] errors);
        if (errors.Length > 0) throw MappingErrors.NotReadable(new(path, errors[0].Extent.StartLineNumber), errors[0].Message);
        if (script.EndBlock?.Statements is not [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: HashtableAst table }] }]) throw MappingErrors.NotReadable(new(path, 1), "A PSD1 file is one hashtable: @{ … }.");
        return ValueOf(table, path)!;
    }

    private static MappingValue? ValueOf(Ast ast, string path)
    {
        MappingPlace place = new(path, ast.Extent.StartLineNumber);
        return ast switch
        {
            HashtableAst table => MappingValue.OfMembers([.. table.KeyValuePairs.Select(pair => MemberOf(pair.Item1, pair.Item2, path))], place),
            ArrayLiteralAst list => MappingValue.OfList([.. list.Elements.Select(element => ValueOf(element, path))], place),
            ArrayExpressionAst list => MappingValue.OfList([.. list.SubExpression.Statements.SelectMany(Elements).Select(element => ValueOf(element, path))], place),
            StringConstantExpressionAst constant => MappingValue.OfText(constant.Value, place),
            ConstantExpressionAst { Value: IFormattable number } => MappingValue.OfNumber(number.ToString(null, System.Globalization.CultureInfo.InvariantCulture), place),
            UnaryExpressionAst { TokenKind: TokenKind.Minus, Child: ConstantExpressionAst { Value: IFormattable number } } => MappingValue.OfNumber("-" + number.ToString(null, System.Globalization.CultureInfo.InvariantCulture), place),
            VariableExpressionAst { VariablePath.UserPath: string name } when name.Equals("true", StringComparison.OrdinalIgnoreCase) => MappingValue.OfBoolean(true, place),
            VariableExpressionAst { VariablePath.UserPath: string name } when name.Equals("false", StringComparison.OrdinalIgnoreCase) => MappingValue.OfBoolean(false, place),
            VariableExpressionAst { VariablePath.UserPath: string name } when name.Equals("null", StringComparison.OrdinalIgnoreCase) => null,
            PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ExpressionAst expression }] } => ValueOf(expression, path),
            _ => throw MappingErrors.NotReadable(place, $"'{ast.Extent.Text.Split('\n')[0].Trim()}' is not plain data: texts, numbers, $true, $false, $null, lists and hashtables."),
        };
    }

    private static MappingMember MemberOf(ExpressionAst key, StatementAst value, string path)
    {
        MappingPlace place = new(path, key.Extent.StartLineNumber);
        string word = key is ConstantExpressionAst { Value: object name } ? name.ToString()! : throw MappingErrors.NotReadable(place, $"'{key.Extent.Text}' is not a plain name.");
        return new(word, ValueOf(value, path), place);
    }

    // @('a', 'b') holds one statement with a list in it; @('a'; 'b') holds two.
    private static IEnumerable<Ast> Elements(StatementAst statement) =>
        statement is PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ArrayLiteralAst list }] } ? list.Elements : [statement];
}
