using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Azure.Control;

namespace DynamoCosmos.Completion;

/// <summary>The data actions of Cosmos DB, found by any part of their names: "upsert" is enough.</summary>
public sealed class DataActionCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string part = wordToComplete.Trim('\'', '"');
        return CosmosDataActions.Known
            .Where(action => action.Contains(part, StringComparison.OrdinalIgnoreCase))
            .Select(action =>
                new CompletionResult($"'{action}'",
                action[(action.IndexOf("databaseAccounts/", StringComparison.Ordinal) + "databaseAccounts/".Length)..],
                CompletionResultType.ParameterValue, action));
    }
}
