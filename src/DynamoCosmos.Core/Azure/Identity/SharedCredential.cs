using System.Collections.Concurrent;
using Azure.Core;

namespace DynamoCosmos.Azure.Identity;

/// <summary>
/// Keeps the tokens of a credential in memory, so that all clients of a run together request one for each audience. Not every credential of
/// the SDK does that by itself: that of the Azure CLI starts a process for each request.
/// </summary>
internal sealed class SharedCredential(TokenCredential inner, TimeProvider time) : TokenCredential, IDisposable
{
    // As the SDK's clients have it: a token that expires sooner is requested anew.
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Slot slot = SlotOf(requestContext);
        slot.Gate.Wait(cancellationToken);
        try
        {
            return IsGood(slot, requestContext) ? slot.Token : slot.Token = inner.GetToken(requestContext, cancellationToken);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Slot slot = SlotOf(requestContext);
        // Those who ask at the same moment wait for the one request.
        await slot.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return IsGood(slot, requestContext) ? slot.Token
                : slot.Token = await inner.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (Slot slot in _slots.Values) slot.Gate.Dispose();
        _slots.Clear();
        (inner as IDisposable)?.Dispose();
    }

    private Slot SlotOf(TokenRequestContext asked) =>
        _slots.GetOrAdd($"{string.Join(' ', asked.Scopes)}\n{asked.TenantId}\n{asked.IsCaeEnabled}", static _ => new());

    // Claims are what a service asks for after it refused the token that there was.
    private bool IsGood(Slot slot, TokenRequestContext asked)
    {
        DateTimeOffset now = time.GetUtcNow();
        return asked.Claims is null && slot.Token.Token is not null && slot.Token.ExpiresOn - now > s_early
            && (slot.Token.RefreshOn is not { } refresh || refresh > now);
    }

    private sealed class Slot
    {
        internal SemaphoreSlim Gate { get; } = new(1);

        internal AccessToken Token { get; set; }
    }
}
