using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DynamoCosmos.Azure;

/// <summary>
/// The SDK's retries (throttling, 5xx, broken connections; about half a minute in all), but for two failures that waiting does not mend:
/// a host that has no address, and a copy's source that the service cannot reach, which the copy itself decides about.
/// </summary>
/// <param name="firstDelay">Doubled each time.</param>
internal sealed class LakeRetryPolicy(TimeSpan firstDelay) : RetryPolicy(MaxTries, DelayStrategy.CreateExponentialDelayStrategy(firstDelay, s_longestDelay))
{
    private const int MaxTries = 6;

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(20);

    internal LakeRetryPolicy() : this(TimeSpan.FromMilliseconds(400))
    {
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => CanHelp(message, exception) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        CanHelp(message, exception) ? base.ShouldRetryAsync(message, exception) : new(false);

    private static bool CanHelp(HttpMessage message, Exception? exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }) return false;
        }
        return !(message.HasResponse && message.Response.Headers.TryGetValue("x-ms-error-code", out string? code) && code == "CannotVerifyCopySource");
    }
}
