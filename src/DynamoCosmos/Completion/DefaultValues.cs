using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DynamoCosmos.Completion;

/// <summary>
/// The user's $PSDefaultParameterValues for one command: how endpoints and secrets reach this module's cmdlets. The engine hands a
/// completer what stands on the line only.
/// </summary>
internal sealed class DefaultValues(IDictionary? values, string commandName)
{
    /// <summary>Of the session in which Tab was pressed.</summary>
    internal static DefaultValues For(string commandName) => new(Read(), commandName);

    /// <returns>Null where there is none. A script block is not run: it may do anything.</returns>
    internal object? Find(string parameterName)
    {
        if (values is null || values["Disabled"] is true) return null;
        foreach (DictionaryEntry entry in values)
        {
            if (entry.Key is string key && key.Split(':', 2) is [{ } command, { } parameter] && entry.Value is not ScriptBlock
                && Matches(command, commandName) && Matches(parameter, parameterName)) return entry.Value;
        }
        return null;
    }

    private static bool Matches(string pattern, string name) =>
        new WildcardPattern(pattern.Trim(' ', '\'', '"'), WildcardOptions.IgnoreCase).IsMatch(name);

    /// <summary>
    /// Of the global scope: a console's line editor asks from its own module, and each module has defaults of its own, which are empty.
    /// </summary>
    private static IDictionary? Read()
    {
        if (Runspace.DefaultRunspace is null) return null;
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$global:PSDefaultParameterValues").Invoke() is [{ BaseObject: IDictionary found }] ? found : null;
    }
}
