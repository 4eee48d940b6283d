using System.Net.Sockets;
using System.Security.Authentication;
using Azure.Identity;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Makes the calls of the data plane that are not writes in bulk. What passes by itself (throttling, a split, an outage, a broken
/// connection) is tried again for as long as the retry timeout says, from the first call on.
/// </summary>
internal sealed class CosmosCalls(TimeSpan retryTimeout, TimeProvider time)
{
    private volatile bool _hasAnswered;

    /// <summary>Makes a call, and throws what the SDK threw last when it does not succeed in time.</summary>
    internal async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        for (int tries = 1; ; tries++)
        {
            TimeSpan? pause;
            try
            {
                T result = await call(cancellationToken).ConfigureAwait(false);
                _hasAnswered = true;
                return result;
            }
            catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
            {
                pause = PauseAfter(failure, tries);
                if (pause is null || time.GetElapsedTime(began) + pause > retryTimeout) throw;
            }
            await Task.Delay(pause.Value, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same, with the failure as what a user can act on.</summary>
    /// <param name="doing">What is tried, as in "may not …": read the container.</param>
    /// <exception cref="MigrationException">It did not succeed in time, or cannot succeed.</exception>
    internal async Task<T> RunAsync<T>(ContainerReference target, string doing, Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (CosmosFailure.IsKnown(failure, cancellationToken))
        {
            throw CosmosFailure.Translate(failure, target, doing);
        }
    }

    /// <returns>Null where another try would not help. The rules of writing tell what passes; all these calls can be repeated as
    /// safely.</returns>
    private TimeSpan? PauseAfter(Exception failure, int tries)
    {
        // While nothing has answered yet, an address that cannot be reached is taken for a wrong one, which nobody wants to wait for.
        if (CosmosFailure.IsSignInRefused(failure) || (!_hasAnswered && IsNeverReached(failure))) return null;
        WriteAnswer answer = CosmosAnswer.Read(failure);
        WriteRule rule = WriteRules.For(WriteKind.Upsert, answer);
        return rule.Verdict == WriteVerdict.Retry
            ? Backoff.Next(rule.FirstPause, tries, answer.RetryAfter, Random.Shared.NextDouble()) : null;
    }

    private static bool IsNeverReached(Exception failure)
    {
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationFailedException or AuthenticationException
                or SocketException
                {
                    SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted
                    or SocketError.Shutdown or SocketError.Interrupted)
                }) return true;
        }
        return false;
    }
}
