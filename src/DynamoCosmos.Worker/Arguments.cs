using System.CommandLine.Parsing;

namespace DynamoCosmos.Worker;

/// <summary>The line and the environment as one: an option that is not on the line is taken from its variable.</summary>
internal static class Arguments
{
    internal static string[] WithVariables(RootCommand root, string[] line)
    {
        if (line.Length == 0 || root.Subcommands.FirstOrDefault(command => command.Name == line[0]) is not Command command) return line;
        List<string> all = [.. line];
        foreach (Option option in command.Options)
        {
            if (line.Any(word => NameOf(word) == option.Name)) continue;
            if (Environment.GetEnvironmentVariable(WorkerOption.VariableOf(option.Name)) is not { Length: > 0 } value) continue;
            string[] values = option is Option<string[]> ? value.Split(';', StringSplitOptions.RemoveEmptyEntries) : [value];
            foreach (string one in values) all.Add($"{option.Name}={one}");
        }
        return [.. all];
    }

    /// <summary>What is wrong with a line. Values are not repeated: one of them may be a secret.</summary>
    internal static MigrationException Refuse(ParseResult given)
    {
        SortedSet<string> wrong = new(StringComparer.Ordinal);
        foreach (ParseError error in given.Errors)
        {
            if (error.SymbolResult is OptionResult { Option: Option option }) wrong.Add(Explain(option));
            else if (error.SymbolResult is ArgumentResult { Parent: OptionResult { Option: Option of } }) wrong.Add(Explain(of));
        }
        string[] unknown = [.. given.UnmatchedTokens.Where(static word => word.StartsWith("--", StringComparison.Ordinal)).Select(NameOf)];
        if (unknown.Length > 0) wrong.Add($"{string.Join(", ", unknown)} is no option of this command.");
        else if (given.UnmatchedTokens.Count > 0) wrong.Add($"{given.UnmatchedTokens.Count} words of the line belong to no option.");
        return WorkerErrors.OptionsInvalid(wrong.Count > 0 ? string.Join(' ', wrong) : "The line cannot be understood. See --help.");
    }

    private static string NameOf(string word) => word.Split('=', ':')[0];

    private static string Explain(Option option) =>
        $"{option.Name} ({WorkerOption.VariableOf(option.Name)}) has no value, or none that it takes: {option.Description}";
}
