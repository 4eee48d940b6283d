using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace DynamoCosmos.PowerShellHost;

/// <summary>
/// Runs one script in a process of its own, as <c>pwsh -File</c> would: <c>DynamoCosmos.PowerShellHost script.ps1 -Name value …</c>. Tests
/// that kill a run, or measure its memory, use it. The last line of standard error is the process's peak, <c>peak-bytes: 123456789</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        ScriptHost host = new(Console.Out, width: 200);
        using Runspace runspace = host.OpenRunspace();
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddCommand(Path.GetFullPath(args[0]));
        for (int i = 1; i < args.Length; i++)
        {
            string name = args[i].TrimStart('-');
            if (i + 1 < args.Length && !args[i + 1].StartsWith('-')) shell.AddParameter(name, args[++i]);
            else shell.AddParameter(name);
        }
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        bool failed = false;
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException e)
        {
            Console.Error.WriteLine($"{e.ErrorRecord.FullyQualifiedErrorId}: {e.Message}");
            failed = true;
        }
        using Process self = Process.GetCurrentProcess();
        Console.Error.WriteLine($"peak-bytes: {self.PeakWorkingSet64}");
        return host.ExitCode != 0 ? host.ExitCode : failed ? 1 : 0;
    }
}
