using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Sandbox.Faults;

/// <summary>One exchange that went through the proxy.</summary>
/// <param name="Status">As the client saw it; 0 where it saw none.</param>
/// <param name="Faults">Names, in their order; empty where nothing was done to it.</param>
public sealed record ProxiedExchange(long Number, string Method, string Path, int Status, IReadOnlyList<string> Faults);

/// <summary>
/// An HTTP/1.1 proxy (a reverse one: clients are told its endpoint in place of the service's) that does to requests and answers what a
/// scenario says. It works on the wire below HTTP, because the faults that hurt most are not valid HTTP. Requests are passed on byte by
/// byte, so signatures stay good.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, FaultConnection> _connections = new();
    private readonly ConcurrentQueue<ProxiedExchange> _log = [];
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly TimeProvider _time;
    private readonly Task _accepting;
    private long _began;
    private long _requests;
    private volatile bool _isDown;
    private volatile FaultScenario _scenario;

    private FaultProxy(Uri upstream, FaultScenario scenario, X509Certificate2? certificate, TimeProvider time)
    {
        Upstream = upstream;
        _scenario = scenario;
        _certificate = certificate;
        _time = time;
        _began = time.GetTimestamp();
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start(512);
        Endpoint = new($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>The service behind it, http or https.</summary>
    public Uri Upstream { get; }

    /// <summary>Another one begins anew: its time and its counts start now.</summary>
    public FaultScenario Scenario
    {
        get => _scenario;
        set
        {
            _began = _time.GetTimestamp();
            _scenario = value;
        }
    }

    /// <summary>A total outage: open connections are reset, new ones too.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            _isDown = value;
            if (!value) return;
            foreach (FaultConnection connection in _connections.Values) connection.Reset();
        }
    }

    /// <summary>All exchanges so far, in the order in which they ended.</summary>
    public IReadOnlyList<ProxiedExchange> Exchanges => [.. _log];

    /// <summary>Requests that something was done to.</summary>
    public long FaultCount => _log.Count(e => e.Faults.Count > 0);

    /// <param name="certificate">Serves https with it; null serves http.</param>
    public static Task<FaultProxy> StartAsync(Uri upstream, FaultScenario? scenario = null, X509Certificate2? certificate = null,
        TimeProvider? time = null) =>
        Task.FromResult(new FaultProxy(upstream, scenario ?? FaultScenario.None, certificate, time ?? TimeProvider.System));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (FaultConnection connection in _connections.Values) connection.Reset();
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    internal (ProxiedRequest Request,
        IReadOnlyList<Fault> Faults) Ask(string method, string path, IReadOnlyDictionary<string, string> headers)
    {
        ProxiedRequest request =
            new(Interlocked.Increment(ref _requests), method, path, headers, _time.GetElapsedTime(Interlocked.Read(ref _began)));
        return (request, _scenario.Draw(request));
    }

    internal void Record(ProxiedExchange exchange) => _log.Enqueue(exchange);

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            client.NoDelay = true;
            FaultConnection connection = new(this, client, _certificate);
            Task serving = connection.ServeAsync(_stop.Token);
            _connections[serving] = connection;
            if (_isDown) connection.Reset();
            // Serving never throws: a broken connection is its business.
            _ = serving.ContinueWith((done, _) => _connections.TryRemove(done, out FaultConnection? _), null, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
