using Xunit;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Microsoft's Azurite, its blob service only, with one account. It knows no Put Blob From URL and no hierarchical namespace. A fixture:
/// one server a collection.
/// </summary>
public sealed class Azurite : IAsyncLifetime
{
    internal const string Package = "azurite", Version = "3.37.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("azurite-").FullName;
    private ServerProcess? _server;

    public string AccountName => "devstoreaccount1";

    /// <summary>Base64; the emulator's own, which its documentation prints.</summary>
    public string AccountKey => "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The account's, path-style: http://127.0.0.1:41234/devstoreaccount1.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public async Task InitializeAsync()
    {
        // Then every test of the collection is skipped.
        if (Installation.WhyUnavailable(RealServer.Azurite) is not null) return;
        string package = await Installation.NpmAsync(Package, Version);
        string node = await Installation.CommandAsync("node", "nodejs");
        string program = Path.Combine(package, "dist", "src", "blob", "main.js");
        (_server, int port) = await ServerProcess.StartOnFreePortAsync(
            node,
            // The newest API versions are newer than any release of it knows.
            port => [program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", _folder, "--skipApiVersionCheck",
                "--disableTelemetry", "--silent"],
            _folder);
        Endpoint = new($"http://127.0.0.1:{port}/{AccountName}");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
