using Azure.Core;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// The clients of an account: one in bulk mode for writes, where a lone operation would wait for its batch, one for writes that go one by
/// one, and one for all else.
/// </summary>
internal sealed class CosmosClients : IDisposable
{
    private readonly CosmosSettings _settings;
    private readonly AzureConnections _azure;
    private readonly HttpMessageHandler _http;
    private readonly Lazy<CosmosClient> _reads;
    private readonly Lazy<CosmosClient> _bulk;
    private readonly Lazy<CosmosClient> _single;

    internal CosmosClients(CosmosSettings settings, AzureConnections azure)
    {
        _settings = settings;
        _azure = azure;
        _http = CloudHttp.CreateHandler();
        Gate = new();
        _reads = new(() => Create(BulkTuning.None));
        _bulk = new(() => Create(BulkTuning.Default));
        _single = new(() => Create(BulkTuning.Single));
    }

    /// <summary>For everything but writes in bulk.</summary>
    internal CosmosClient Reads => _reads.Value;

    /// <summary>For writes only. Keep many under way.</summary>
    internal CosmosClient Bulk => _bulk.Value;

    /// <summary>For writes that are not to wait for a batch.</summary>
    internal CosmosClient Single => _single.Value;

    /// <summary>What passes between the clients for writes and the service.</summary>
    internal BulkGate Gate { get; }

    public void Dispose()
    {
        if (_bulk.IsValueCreated) _bulk.Value.Dispose();
        if (_single.IsValueCreated) _single.Value.Dispose();
        if (_reads.IsValueCreated) _reads.Value.Dispose();
        _http.Dispose();
    }

    private CosmosClient Create(BulkTuning tuning)
    {
        CosmosClientOptions options = new()
        {
            ApplicationName = "DynamoCosmos",
            AllowBulkExecution = tuning.IsBulk,
            EnableContentResponseOnWrite = false,
            ConnectionMode = _settings.ConnectionMode == CosmosConnectionMode.Direct ? ConnectionMode.Direct : ConnectionMode.Gateway,
            // What answers at another address than Azure's names itself by addresses that may not be reached from here.
            LimitToEndpoint = !_settings.IsAzure,
            MaxRetryAttemptsOnRateLimitedRequests = tuning.ThrottleTries,
            MaxRetryWaitTimeOnRateLimitedRequests = tuning.LongestThrottle,
            HttpClientFactory = () => new(tuning.IsGated ? new BulkWire(_http, Gate) : _http, disposeHandler: false),
            CosmosClientTelemetryOptions = new() { DisableDistributedTracing = true },
        };
        if (tuning.IsGated) options.CustomHandlers.Add(Gate.CreateHandler());
        string endpoint = _settings.Endpoint.AbsoluteUri;
        if (_settings.Azure.AccountKey is not { } key) return new(endpoint, Token(), options);
        string text = key.Reveal();
        // The SDK's own exception could quote the key.
        return IsBase64(text) ? new(endpoint, text, options) : throw CosmosErrors.KeyMalformed(_settings);
    }

    private static bool IsBase64(string text) => text.Length > 0 && Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private AccountCredential Token()
    {
        if (_settings.Endpoint.Scheme != Uri.UriSchemeHttps
            && !_settings.Endpoint.IsLoopback) throw CosmosErrors.TokenNeedsHttps(_settings);
        return new(_azure.SignIn(_settings.Azure), AzureClouds.CosmosEndpoint(_settings.AccountName, _settings.Azure.Environment));
    }

    /// <summary>
    /// The SDK asks for tokens for the host that it calls; an account reached at another address still wants its own audience.
    /// </summary>
    private sealed class AccountCredential(TokenCredential credential, Uri account) : TokenCredential
    {
        private static readonly TimeSpan s_early = TimeSpan.FromMinutes(5);

        private readonly string[] _scopes = [$"https://{account.Host}/.default"];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            Shorten(credential.GetToken(For(requestContext), cancellationToken));

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext,
            CancellationToken cancellationToken) =>
            Shorten(await credential.GetTokenAsync(For(requestContext), cancellationToken).ConfigureAwait(false));

        // The SDK sends a token until its last moment, and on its way to the service it expires: a refusal that would end the run.
        private static AccessToken Shorten(AccessToken token)
        {
            TimeSpan half = (token.ExpiresOn - DateTimeOffset.UtcNow) / 2;
            return new(token.Token, token.ExpiresOn - (half < s_early ? half : s_early));
        }

        private TokenRequestContext For(TokenRequestContext asked) =>
            new(_scopes, asked.ParentRequestId, asked.Claims, asked.TenantId, asked.IsCaeEnabled);
    }
}

/// <summary>How a client batches and how long it bears being throttled by itself.</summary>
/// <param name="IsGated">Its requests pass <see cref="BulkGate"/>.</param>
internal sealed record BulkTuning(bool IsBulk, int ThrottleTries, TimeSpan LongestThrottle, bool IsGated)
{
    /// <summary>A point read or query may wait out a minute of throttling; the caller has nothing better to do.</summary>
    internal static BulkTuning None { get; } = new(false, 100, TimeSpan.FromMinutes(1), IsGated: false);

    /// <summary>
    /// None by itself: in bulk mode the SDK sends what was refused again at once, whatever the service asked for, and nine refusals in a
    /// row only cost the service's time. The run waits as long as it was told to, and steers by each refusal.
    /// </summary>
    internal static BulkTuning Default { get; } = new(true, 0, TimeSpan.FromSeconds(30), IsGated: true);

    /// <summary>The same without batches.</summary>
    internal static BulkTuning Single { get; } = Default with { IsBulk = false };
}
