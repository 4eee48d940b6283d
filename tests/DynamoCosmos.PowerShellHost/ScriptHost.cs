using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace DynamoCosmos.PowerShellHost;

/// <summary>
/// PowerShell 7.6 in this process, writing as a console would to a TextWriter. It answers no prompts: like a runbook's, it is not
/// interactive.
/// </summary>
/// <param name="width">Columns that formatting may use.</param>
/// <param name="showProgress">Called with each progress record; null drops them.</param>
/// <param name="color">The output is a terminal that understands escape sequences; without it they are left out.</param>
public sealed class ScriptHost(TextWriter output, int width = 120, Action<ProgressRecord>? showProgress = null, bool color = false) : PSHost
{
    private readonly ScriptUI _ui = new(output, width, showProgress, color);

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "DynamoCosmos.PowerShellHost";

    public override PSHostUserInterface UI => _ui;

    public override Version Version { get; } = new(1, 0);

    /// <summary>What a script said with <c>exit</c>.</summary>
    public int ExitCode { get; private set; }

    /// <summary>A runspace with PowerShell's core commands and no profile, open and ready.</summary>
    public Runspace OpenRunspace()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Unrestricted;
        Runspace runspace = RunspaceFactory.CreateRunspace(this, state);
        runspace.Open();
        return runspace;
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException("This host is not interactive.");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;
}
