using System.CommandLine.Invocation;

namespace DynamoCosmos.Worker;

/// <summary>Runs migrations where there is no PowerShell: in clusters, containers and functions.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] line)
    {
        const string Description = "Migrates DynamoDB tables to Azure Cosmos DB. Progress goes to stderr, a JSON result to stdout.";
        RootCommand root = new(Description) { new ImportCommand(), new CompareCommand(), new AssessCommand() };
        HostWords.Use(new WorkerWords([.. root.Subcommands.SelectMany(static one => one.Options, static (_, option) => option.Name)]));
        ParseResult given = root.Parse(Arguments.WithVariables(root, line));
        // The library's own answer to a wrong line repeats its words, and one of them may be a secret.
        if (given.Action is ParseErrorAction) return await WorkerRun.RefuseAsync(given);
        // Signals are the run's own matter: it ends with what is settled, and says so.
        return await given.InvokeAsync(new() { ProcessTerminationTimeout = null });
    }
}
