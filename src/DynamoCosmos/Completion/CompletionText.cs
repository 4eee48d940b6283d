using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Completion;

/// <summary>Between a word as it stands on the line, quotes and all, and the value that it means.</summary>
internal static class CompletionText
{
    /// <summary>What has been typed of the value so far.</summary>
    internal static string Typed(string word) => word.Length > 0 && IsQuote(word[0]) ? word[1..].TrimEnd(word[0]) : word;

    /// <summary>The value as an argument: in the quotes that the user began with, else in quotes only where it needs them.</summary>
    internal static string Argument(string value, string word)
    {
        if (word.StartsWith('"')) return $"\"{value.Replace("`", "``", StringComparison.Ordinal).Replace("$", "`$", StringComparison.Ordinal).Replace("\"", "`\"", StringComparison.Ordinal)}\"";
        return word.StartsWith('\'') || !IsPlain(value) ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'" : value;
    }

    internal static CompletionResult Result(ResourceName name, string word) =>
        new(Argument(name.Name, word), name.Name, CompletionResultType.ParameterValue, name.Description is null
            ? name.Name : $"{name.Name} ({name.Description})");

    private static bool IsQuote(char c) => c is '\'' or '"';

    private static bool IsPlain(string value) =>
        value.Length > 0 && value[0] != '-' && value.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':');
}
