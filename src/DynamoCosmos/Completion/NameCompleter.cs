using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Completion;

/// <summary>
/// Completes an argument with names that are there: looked up with what the line says already, kept for a moment, and nothing at all where
/// nobody is signed in, the answer takes too long, or the line does not yet say what to look in. Never an error, never a prompt.
/// </summary>
public abstract class NameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = wordToComplete ?? "", typed = CompletionText.Typed(word);
        GivenParameters given = new(fakeBoundParameters ?? new Hashtable(), DefaultValues.For(commandName));
        if (Ask(given, typed) is not { } question) return Otherwise(word, typed);
        IReadOnlyList<ResourceName> names = NameCache.Shared.Get($"{GetType().Name}\n{question.Place}\n{given.Scope}", question.Look);
        ResourceName[] begun = [.. names.Where(name => name.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))];
        // Who remembers only the middle of a name is helped too, but not where the beginning is one.
        IEnumerable<ResourceName> fitting =
            begun.Length > 0 ? begun : names.Where(name => name.Name.Contains(typed, StringComparison.OrdinalIgnoreCase));
        return [.. fitting.Select(name => CompletionText.Result(name, word))];
    }

    /// <returns>Null where the line does not say enough to ask anything.</returns>
    private protected abstract NameQuestion? Ask(GivenParameters given, string typed);

    /// <summary>Where there is nothing to ask. PowerShell itself completes nothing for a parameter that has a completer.</summary>
    private protected virtual IEnumerable<CompletionResult> Otherwise(string word, string typed) => [];
}

/// <summary>A question for names.</summary>
/// <param name="Look">Asks it.</param>
/// <param name="Place">What the parameters on the line do not say of where it looks.</param>
internal sealed record NameQuestion(Func<CancellationToken, Task<IReadOnlyList<ResourceName>>> Look, string? Place = null);
