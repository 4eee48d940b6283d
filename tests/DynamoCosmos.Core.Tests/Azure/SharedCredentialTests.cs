using Azure.Core;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Core.Tests.Fakes;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>The tokens of a run: one request for each audience, whoever asks and however many at once.</summary>
public sealed class SharedCredentialTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly CountedCredential _inner;
    private readonly SharedCredential _shared;

    public SharedCredentialTests()
    {
        _inner = new(_time);
        _shared = new(_inner, _time);
    }

    public void Dispose() => _shared.Dispose();

    [Fact]
    public async Task All_who_ask_for_an_audience_share_one_request()
    {
        _inner.Hold();
        Task<AccessToken>[] asked = [.. Enumerable.Range(0, 20).Select(_ => _shared.GetTokenAsync(For("storage"), default).AsTask())];
        _inner.Release();

        string[] tokens = [.. (await Task.WhenAll(asked)).Select(static token => token.Token)];

        Assert.Equal(["storage 1"], tokens.Distinct());
        Assert.Equal("storage 1", _shared.GetToken(For("storage"), default).Token);
        Assert.Equal(1, _inner.Requests);
    }

    [Fact]
    public async Task Another_audience_another_tenant_and_another_kind_are_other_tokens()
    {
        foreach (TokenRequestContext asked in new[] { For("storage"), For("cosmos"), new(["storage"], tenantId: "other"),
            new TokenRequestContext(["storage"], isCaeEnabled: true) })
        {
            await _shared.GetTokenAsync(asked, default);
            await _shared.GetTokenAsync(asked, default);
        }

        Assert.Equal(4, _inner.Requests);
    }

    [Fact]
    public async Task A_token_that_expires_soon_or_is_due_is_requested_anew()
    {
        await _shared.GetTokenAsync(For("storage"), default);
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("storage 1", (await _shared.GetTokenAsync(For("storage"), default)).Token);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("storage 2", (await _shared.GetTokenAsync(For("storage"), default)).Token);
        _inner.RefreshAfter = TimeSpan.FromMinutes(10);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("storage 3", (await _shared.GetTokenAsync(For("storage"), default)).Token);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("storage 4", (await _shared.GetTokenAsync(For("storage"), default)).Token);
    }

    [Fact]
    public async Task A_refused_token_is_replaced_for_all()
    {
        await _shared.GetTokenAsync(For("storage"), default);
        Assert.Equal("storage 2", (await _shared.GetTokenAsync(new(["storage"], claims: "{}"), default)).Token);
        Assert.Equal("storage 2", (await _shared.GetTokenAsync(For("storage"), default)).Token);
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_who_gives_up_keeps_nobody_from_it()
    {
        _inner.Failure = new InvalidOperationException("no sign-in");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _shared.GetTokenAsync(For("storage"), default));
        _inner.Failure = null;
        _inner.Hold();
        using CancellationTokenSource stop = new();
        Task<AccessToken> given = _shared.GetTokenAsync(For("storage"), stop.Token).AsTask(),
            waits = _shared.GetTokenAsync(For("storage"), default).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _inner.Release();

        Assert.StartsWith("storage", (await waits).Token);
    }

    private static TokenRequestContext For(string audience) => new([audience]);

    /// <summary>Gives tokens of an hour, and can be held up.</summary>
    private sealed class CountedCredential(TimeProvider time) : TokenCredential
    {
        private TaskCompletionSource _open = Opened();

        internal int Requests { get; private set; }

        internal Exception? Failure { get; set; }

        internal TimeSpan? RefreshAfter { get; set; }

        internal void Hold() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Release() => _open.SetResult();

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            Make(requestContext);

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            await _open.Task.WaitAsync(cancellationToken);
            return Make(requestContext);
        }

        private AccessToken Make(TokenRequestContext asked)
        {
            Requests++;
            if (Failure is not null) throw Failure;
            DateTimeOffset now = time.GetUtcNow();
            return new($"{asked.Scopes[0]} {Requests}", now + TimeSpan.FromHours(1), now + RefreshAfter, "Bearer");
        }

        private static TaskCompletionSource Opened()
        {
            TaskCompletionSource open = new();
            open.SetResult();
            return open;
        }
    }
}
