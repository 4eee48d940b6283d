using System.Management.Automation;

namespace DynamoCosmos.Tests.Completion;

/// <summary>Presses Tab at the end of a line, in a session with the module.</summary>
internal static class TabCompletion
{
    /// <summary>
    /// What the engine offers, as it would stand on the line. Pressed again where nothing came, as people do: on a busy machine an SDK's
    /// first call can take longer than a completion waits.
    /// </summary>
    internal static string[] Complete(this ModuleHost host, string line)
    {
        string[] offered = host.Press(line);
        for (int again = 0; again < 3 && offered.Length == 0; again++) offered = host.Press(line);
        return offered;
    }

    private static string[] Press(this ModuleHost host, string line)
    {
        host.Set("line", line);
        ScriptRun run =
            host.Invoke("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)").ThrowIfFailed();
        return [.. ((CommandCompletion)run.Single().BaseObject).CompletionMatches.Select(static match => match.CompletionText)];
    }
}
