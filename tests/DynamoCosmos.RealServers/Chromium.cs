using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DynamoCosmos.RealServers;

/// <summary>
/// A real browser without a window: Debian's chromium. All that it would ask the network for goes to a proxy of its own that only takes
/// note, so that a page's every request is seen and none leaves the machine.
/// </summary>
public static class Chromium
{
    // What the browser asks for its own sake, whatever the page: time, updates, accounts, hints. No flag stops all of it.
    private static readonly string[] s_own =
    [
        "accounts.google.com", "android.clients.google.com", "clients2.google.com", "content-autofill.googleapis.com", "edgedl.me.gvt1.com",
            "mtalk.google.com",
        "optimizationguide-pa.googleapis.com", "redirector.gvt1.com", "safebrowsing.googleapis.com", "update.googleapis.com",
            "www.google.com",
    ];

    /// <summary>The page's document as it stands when it has loaded, and what the page asked of the network.</summary>
    public static async Task<(string Dom, IReadOnlyList<string> Requests)> DumpDomAsync(string page,
        CancellationToken cancellationToken = default)
    {
        await using NotingProxy proxy = new();
        string dom = await RunAsync(
            ["--dump-dom", $"--proxy-server=127.0.0.1:{proxy.Port}", "--proxy-bypass-list=<-loopback>", new Uri(page).AbsoluteUri],
            cancellationToken);
        return (dom, [.. proxy.Requests.Where(static request => !s_own.Contains(HostOf(request)))]);
    }

    /// <summary>Takes a picture of the page's first so many pixels.</summary>
    public static Task ScreenshotAsync(string page, string picture, int width, int height, bool isDark, double scale = 1,
        CancellationToken cancellationToken = default) =>
        RunAsync(
        [
            $"--screenshot={picture}", $"--window-size={width},{height}", "--hide-scrollbars", "--force-color-profile=srgb",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--force-device-scale-factor={scale}"),
            // Blink's setting: 0 is dark, 1 light.
            $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}", new Uri(page).AbsoluteUri,
        ], cancellationToken);

    /// <summary>Prints the page to a PDF.</summary>
    public static Task PrintAsync(string page, string pdf, CancellationToken cancellationToken = default) =>
        RunAsync([$"--print-to-pdf={pdf}", "--no-pdf-header-footer", new Uri(page).AbsoluteUri], cancellationToken);

    private static async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string program = await Installation.CommandAsync("chromium", "chromium fonts-dejavu-core", cancellationToken);
        DirectoryInfo profile = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
            // As root its sandbox does not start; it only opens pages that the tests have written.
            string[] always =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update",
                "--disable-default-apps", "--disable-sync", "--disable-extensions", "--metrics-recording-only",
                    "--disable-domain-reliability", $"--user-data-dir={profile.FullName}",
            ];
            foreach (string argument in always.Concat(arguments)) start.ArgumentList.Add(argument);
            using Process process = Process.Start(start)!;
            try
            {
                Task<string> output =
                    process.StandardOutput.ReadToEndAsync(cancellationToken), log = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode != 0) throw new ServerFailedException($"chromium ended with {process.ExitCode}.\n{await log}");
                return await output;
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            await DeleteAsync(profile);
        }
    }

    /// <summary>Its helpers may still be writing to the profile for a moment.</summary>
    private static async Task DeleteAsync(DirectoryInfo profile)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    /// <summary>Of <c>CONNECT host:443 HTTP/1.1</c>, or of <c>GET http://host/path HTTP/1.1</c>.</summary>
    private static string HostOf(string request)
    {
        string target = request.Split(' ') is [_, string asked, ..] ? asked : request;
        return Uri.TryCreate(target.Contains("://", StringComparison.Ordinal)
            ? target : "https://" + target, UriKind.Absolute, out Uri? uri) ? uri.Host : target;
    }

    /// <summary>Takes connections, notes what they ask first, and answers none.</summary>
    private sealed class NotingProxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<string> _requests = new();
        private readonly Task _accepting;

        internal NotingProxy()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _accepting = AcceptAsync();
        }

        internal int Port { get; }

        internal IReadOnlyCollection<string> Requests => _requests;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    using StreamReader reader = new(client.GetStream());
                    if (await reader.ReadLineAsync(_stop.Token) is string request) _requests.Enqueue(request);
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException)
            {
                // The browser has ended.
            }
        }
    }
}
