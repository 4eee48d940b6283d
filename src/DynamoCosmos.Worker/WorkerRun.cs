using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Connections;

namespace DynamoCosmos.Worker;

/// <summary>
/// One run of a command: its settings, what it tells, how it is stopped, and how it ends. Standard output gets one JSON object in any case.
/// </summary>
internal sealed class WorkerRun
{
    private readonly TimeSpan _interval;
    private readonly JsonObject _result;
    private readonly JsonArray _errors = [];
    private Func<object?> _progress = static () => null;

    private WorkerRun(string command, Settings settings, TimeSpan? interval, bool isVerbose)
    {
        Settings = settings;
        _interval = interval is { Ticks: > 0, TotalDays: < 1 } given ? given : TimeSpan.FromSeconds(5);
        _result = new() { ["command"] = command };
        Events = new(Console.Error, isVerbose);
    }

    internal Settings Settings { get; }

    internal EventLines Events { get; }

    /// <summary>The connections of all that this run does. They end with it.</summary>
    internal CloudConnections Clouds { get; } = new();

    /// <param name="work">Does the command's work, and tells how it ended.</param>
    internal static async Task<int> RunAsync(string command, ParseResult given, Func<WorkerRun, CancellationToken, Task<ExitCode>> work)
    {
        WorkerRun run = new(command, new(given), given.GetValue(ProgressInterval), given.GetValue(Verbose));
        return run.End(await run.RunAsync(work));
    }

    /// <summary>Ends a run whose line cannot be understood.</summary>
    internal static async Task<int> RefuseAsync(ParseResult given)
    {
        WorkerRun run = new(given.CommandResult.Command.Name, new(given), interval: null, isVerbose: false);
        return run.End(await run.FailAsync(Arguments.Refuse(given)));
    }

    /// <summary>Puts a part of the result under its name.</summary>
    internal void Put<T>(string name, T value) => _result[name] = JsonSerializer.SerializeToNode(value, EventLines.Json);

    /// <summary>What is asked for the lines of progress from now on.</summary>
    internal void Follow(Func<object?> progress) => Volatile.Write(ref _progress, progress);

    /// <summary>Takes a failure into the result.</summary>
    internal async ValueTask<ExitCode> FailAsync(MigrationException failure)
    {
        await ReportAsync(failure.ErrorId, failure.Kind.ToString(), failure.Message, failure.TargetObject as string);
        return ExitCodes.Of(failure);
    }

    private int End(ExitCode end)
    {
        // What matters most stands first.
        _result.Insert(1, "outcome", end.ToString());
        _result.Insert(2, "exitCode", (int)end);
        _result.Insert(3, "errors", _errors);
        Console.Out.WriteLine(_result.ToJsonString(EventLines.Json));
        return (int)end;
    }

    private async Task<ExitCode> RunAsync(Func<WorkerRun, CancellationToken, Task<ExitCode>> work)
    {
        using CancellationTokenSource stop = new();
        ExitCode stopped = ExitCode.Interrupted;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, ExitCode.Interrupted));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, ExitCode.Terminated));
        using PeriodicTimer timer = new(_interval);
        Task telling = TellAsync(timer);
        try
        {
            return await Task.Run(() => work(this, stop.Token));
        }
        catch (MigrationException failure)
        {
            return await FailAsync(failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return stopped;
        }
        catch (Exception failure)
        {
            await ReportAsync("UnexpectedFailure", nameof(FailureKind.Unspecified), $"{failure.GetType().Name}: {failure.Message}", null);
            await Events.VerboseAsync(failure.ToString(), default);
            return ExitCode.Failed;
        }
        finally
        {
            timer.Dispose();
            await telling;
            await TellAsync();
            Clouds.Dispose();
        }

        // A second signal ends the process at once, as if nobody had listened.
        void Stop(PosixSignalContext signal, ExitCode code)
        {
            if (stop.IsCancellationRequested) return;
            signal.Cancel = true;
            stopped = code;
            stop.Cancel();
        }
    }

    /// <summary>Until the timer is disposed.</summary>
    private async Task TellAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync()) await TellAsync();
    }

    private ValueTask TellAsync() =>
        Volatile.Read(ref _progress)() is object at ? Events.WriteAsync("progress", at) : ValueTask.CompletedTask;

    private async ValueTask ReportAsync(string id, string kind, string message, string? target)
    {
        JsonObject error = new() { ["id"] = id, ["kind"] = kind, ["message"] = message, ["target"] = target };
        _errors.Add(error);
        await Events.WriteAsync("error", error);
    }
}
