using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DynamoCosmos.RealServers;

/// <summary>
/// A server of another make, started for tests on 127.0.0.1 and a free port, and ended with its tests: on dispose, and also when the test
/// process ends in any other way, even by SIGKILL, because its parent shell waits for the end of a pipe that only the test process holds.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string GuardScript =
        """exec 3<&0; "$@" </dev/null 3<&- & child=$!; { cat <&3; kill -KILL "$child"; } >/dev/null 2>&1 & wait "$child" """;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ServerLog _log;

    private ServerProcess(Process process, ServerLog log)
    {
        _process = process;
        _log = log;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Log => _log.ToString();

    /// <summary>Starts a program and returns at once.</summary>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        bool isGuarded = !OperatingSystem.IsWindows();
        ProcessStartInfo start = new(isGuarded ? "/bin/sh" : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        string[] guard = isGuarded ? ["-c", GuardScript, "guard", program] : [];
        foreach (string argument in guard.Concat(arguments)) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        ServerLog log = new();
        Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, log);
    }

    /// <summary>Runs a program that ends by itself.</summary>
    /// <exception cref="ServerFailedException">It ended with another code than 0; with its last lines.</exception>
    public static async Task RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment =
            null, CancellationToken cancellationToken = default)
    {
        await using ServerProcess process = Start(program, arguments, environment: environment);
        await process._process.WaitForExitAsync(cancellationToken);
        int code = process._process.ExitCode;
        if (code != 0) throw new ServerFailedException($"'{program} {string.Join(' ', arguments)}' ended with {code}.\n{process.Log}");
    }

    /// <summary>Starts a server on a free port; tries again on another if somebody took it in between.</summary>
    /// <param name="arguments">Makes the arguments from the port.</param>
    public static async Task<(ServerProcess Server, int Port)> StartOnFreePortAsync(
        string program, Func<int, IEnumerable<string>> arguments, string? folder = null, CancellationToken cancellationToken = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            ServerProcess server = Start(program, arguments(port), folder);
            try
            {
                await server.WaitForPortAsync(port, cancellationToken);
                return (server, port);
            }
            catch (ServerFailedException) when (attempt < 3)
            {
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>A port of 127.0.0.1 that was free a moment ago.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <exception cref="ServerFailedException">It ended, or did not listen in time; with its last lines.</exception>
    public async Task WaitForPortAsync(int port, CancellationToken cancellationToken = default)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            if (HasExited) throw new ServerFailedException($"The server on port {port} ended with {_process.ExitCode} before it " +
                $"listened.\n{Log}");
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (clock.Elapsed < s_patience)
            {
                await Task.Delay(50, cancellationToken);
            }
            catch (SocketException error)
            {
                throw new ServerFailedException($"The server did not listen on port {port} within {s_patience.TotalSeconds} s.\n{Log}",
                    error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (OperatingSystem.IsWindows()) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }
}

/// <summary>A server that did not come up.</summary>
public sealed class ServerFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The last lines of a server's output.</summary>
internal sealed class ServerLog
{
    private const int MaxLines = 60;

    private readonly Queue<string> _lines = new();

    internal void Add(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines) _lines.Dequeue();
        }
    }

    public override string ToString()
    {
        lock (_lines) return string.Join('\n', _lines);
    }
}
