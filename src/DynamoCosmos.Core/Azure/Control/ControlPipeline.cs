using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DynamoCosmos.Azure.Control;

/// <summary>
/// The HTTP that the resource manager's and Graph's clients share: sign-in, retries, JSON, and an error answer as RequestFailedException.
/// </summary>
internal sealed class ControlPipeline
{
    private readonly HttpPipeline _pipeline;
    private readonly Uri _endpoint;
    private readonly Uri _audience;

    internal ControlPipeline(Uri endpoint, TokenCredential credential, string scope, HttpPipelineTransport transport)
    {
        _endpoint = endpoint.AbsoluteUri.EndsWith('/') ? endpoint : new(endpoint.AbsoluteUri + "/");
        _audience = new(scope);
        Options options = new() { Transport = transport, RetryPolicy = new PatientRetry() };
        _pipeline = HttpPipelineBuilder.Build(options, [], [new BearerTokenAuthenticationPolicy(credential, scope)], null);
    }

    /// <param name="path">Absolute within the endpoint, with its query.</param>
    /// <exception cref="RequestFailedException">Any answer that is not 2xx, and no answer at all (status 0).</exception>
    internal async Task<Response> SendAsync(RequestMethod method, string path, BinaryData? body, CancellationToken cancellationToken)
    {
        Response response = await TrySendAsync(method, new(_endpoint, path.TrimStart('/')), body, cancellationToken);
        return response.IsError ? throw new RequestFailedException(response) : response;
    }

    /// <summary>
    /// Follows an address that the service itself gave: a next page, an operation's state. The token goes to no host but the service's own.
    /// </summary>
    internal async Task<Response> FollowAsync(Uri address, CancellationToken cancellationToken)
    {
        if (!IsOwn(_endpoint, _audience, address)) throw AccessErrors.ForeignAddress(_endpoint, address);
        Response response = await TrySendAsync(RequestMethod.Get, address, null, cancellationToken);
        return response.IsError ? throw new RequestFailedException(response) : response;
    }

    /// <returns>Null where there is nothing of that name.</returns>
    internal async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        Response response = await TrySendAsync(RequestMethod.Get, new(_endpoint, path.TrimStart('/')), null, cancellationToken);
        if (response.Status == 404) return null;
        return response.IsError ? throw new RequestFailedException(response) : Read(response, type);
    }

    /// <summary>
    /// Tells whether an address is the endpoint's, or of a host that the token is for: regions answer at names of their own below the
    /// service's, such as https://centraluseuap.management.azure.com.
    /// </summary>
    internal static bool IsOwn(Uri endpoint, Uri audience, Uri address)
    {
        const StringComparison ignoringCase = StringComparison.OrdinalIgnoreCase;
        if (address.Scheme == endpoint.Scheme && address.Authority.Equals(endpoint.Authority, ignoringCase)) return true;
        return address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
            && (address.Host.Equals(audience.Host, ignoringCase) || address.Host.EndsWith("." + audience.Host, ignoringCase));
    }

    internal static T Read<T>(Response response, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(response.Content.ToMemory().Span, type) ?? throw new RequestFailedException(response);

    internal static BinaryData Write<T>(T body, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(body, type));

    // The response is buffered, so it holds no connection and needs no disposal.
    private async Task<Response> TrySendAsync(RequestMethod method, Uri address, BinaryData? body, CancellationToken cancellationToken)
    {
        Request request = _pipeline.CreateRequest();
        request.Method = method;
        request.Uri.Reset(address);
        request.Headers.Add("Accept", "application/json");
        if (body is not null)
        {
            request.Headers.Add("Content-Type", "application/json");
            request.Content = RequestContent.Create(body);
        }
        return await _pipeline.SendRequestAsync(request, cancellationToken);
    }

    private sealed class Options : ClientOptions
    {
        public Options() => Diagnostics.ApplicationId = "DynamoCosmos";
    }

    /// <summary>
    /// Waits out what is short. A service that asks for minutes is for the user to know of, not for a cmdlet to sit silent on.
    /// </summary>
    private sealed class PatientRetry()
        : RetryPolicy(maxRetries: 4, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(10)))
    {
        private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

        protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception)
        {
            if (message.HasResponse && RetryAfter.Read(message.Response) > s_longest) return false;
            // A POST that may have been carried out is not sent twice: it could make a second application, a second secret.
            if (message.Request.Method == RequestMethod.Post
                && !(message.HasResponse && message.Response.Status is 429 or 503)) return false;
            return await base.ShouldRetryAsync(message, exception);
        }
    }
}
