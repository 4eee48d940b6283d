using System.Diagnostics;
using System.Globalization;

namespace DynamoCosmos.PowerShellHost;

/// <summary>A script in a process of its own, as <c>pwsh -File</c> would run it: for tests that kill a run or measure its memory.</summary>
public sealed class ScriptProcess : IDisposable
{
    private const string PeakMark = "peak-bytes: ";

    private readonly Process _process;
    private readonly Task<string> _output, _errors;

    private ScriptProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <param name="script">Its path.</param>
    /// <param name="arguments">Names (with their hyphen) and values in turn.</param>
    public static ScriptProcess Start(string script, params IEnumerable<string> arguments) =>
        Start(new ProcessStartInfo("dotnet"), script, arguments);

    /// <summary>
    /// Like <see cref="Start(string, IEnumerable{string})"/>, but no file that it writes can get larger: as on a disk that is full by then.
    /// Not on Windows.
    /// </summary>
    public static ScriptProcess StartWithFullDisk(long maxFileKilobytes, string script, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("bash");
        // A write beyond the limit then fails in place of ending the process.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"trap '' XFSZ; ulimit -f {maxFileKilobytes.ToString(CultureInfo.InvariantCulture)}; exec dotnet \"$@\"");
        start.ArgumentList.Add("dotnet");
        // The runtime's own memory is a large file to it otherwise.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Start(start, script, arguments);
    }

    private static ScriptProcess Start(ProcessStartInfo start, string script, IEnumerable<string> arguments)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.ArgumentList.Add(typeof(ScriptProcess).Assembly.Location);
        start.ArgumentList.Add(script);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["COSMOS_DISABLE_IMDS_ACCESS"] = "true";
        return new(Process.Start(start)!);
    }

    /// <summary>As it is now; 0 once it has ended.</summary>
    public long WorkingSetBytes
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Waits for its end, good or bad.</summary>
    public async Task<ScriptEnd> WaitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        string errors = (await _errors).TrimEnd();
        int mark = errors.LastIndexOf(PeakMark, StringComparison.Ordinal);
        // A killed process says nothing of itself.
        return mark < 0
            ? new(_process.ExitCode, await _output, errors, 0)
            : new(_process.ExitCode, await _output, errors[..mark],
                long.Parse(errors.AsSpan(mark + PeakMark.Length), CultureInfo.InvariantCulture));
    }

    /// <summary>At once, without a word: SIGKILL, or what comes closest.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}

/// <summary>How a script's process ended.</summary>
/// <param name="PeakBytes">Of its working set; 0 where it was killed.</param>
public sealed record ScriptEnd(int ExitCode, string Output, string Errors, long PeakBytes)
{
    public ScriptEnd ThrowIfFailed() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"The script ended with exit code {ExitCode}:\n{Output}\n{Errors}");
}
