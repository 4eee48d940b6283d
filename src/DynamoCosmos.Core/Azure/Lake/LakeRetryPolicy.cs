using System.Net.Sockets;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DynamoCosmos.Azure.Lake;

/// <summary>
/// The SDK's retries (throttling, 5xx, broken connections; about half a minute in all), but for two failures that waiting does not mend:
/// a host that has no address, and a copy's source that the service cannot reach, which the copy itself decides about. A refused token is
/// tried again twice: one that expired on its way (a machine that stood still, a clock that is a little off) has a new one by then.
/// </summary>
/// <param name="firstDelay">Doubled each time.</param>
internal sealed class LakeRetryPolicy(TimeSpan firstDelay)
    : RetryPolicy(MaxTries, DelayStrategy.CreateExponentialDelayStrategy(firstDelay, s_longestDelay))
{
    private const int MaxTries = 6, TokenTries = 2;

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(20);

    internal LakeRetryPolicy() : this(TimeSpan.FromMilliseconds(400))
    {
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        MayHaveExpired(message) || (CanHelp(message, exception) && base.ShouldRetry(message, exception));

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        MayHaveExpired(message) ? new(true) : CanHelp(message, exception) ? base.ShouldRetryAsync(message, exception) : new(false);

    private static bool MayHaveExpired(HttpMessage message) =>
        message.HasResponse && message.Response.Status == 401 && ErrorCode(message) == "InvalidAuthenticationInfo"
            && message.ProcessingContext.RetryNumber < TokenTries;

    private static bool CanHelp(HttpMessage message, Exception? exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }) return false;
        }
        return ErrorCode(message) != "CannotVerifyCopySource";
    }

    private static string? ErrorCode(HttpMessage message) =>
        message.HasResponse && message.Response.Headers.TryGetValue("x-ms-error-code", out string? code) ? code : null;
}
