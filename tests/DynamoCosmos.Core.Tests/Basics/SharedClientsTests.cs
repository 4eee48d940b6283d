using System.Net;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests.Basics;

/// <summary>The clients of a run, and the settings that are their keys.</summary>
public sealed class SharedClientsTests
{
    [Fact]
    public void One_client_is_made_for_a_key_and_all_end_together()
    {
        SharedClients<string, Client> clients = new();
        Client one = clients.Get("a", static () => new()), other = clients.Get("b", static () => new());
        Assert.Same(one, clients.Get("a", static () => new()));
        clients.Drop("a");
        Client next = clients.Get("a", static () => new());
        Assert.NotSame(one, next);
        Assert.False(one.IsDisposed);

        clients.Dispose();

        Assert.True(one.IsDisposed && other.IsDisposed && next.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => clients.Get("a", static () => new()));
    }

    [Fact]
    public void A_client_that_cannot_be_made_is_made_for_the_next_who_asks()
    {
        using SharedClients<string, Client> clients = new();
        Assert.Throws<InvalidOperationException>(() => clients.Get("a", static () => throw new InvalidOperationException()));
        Assert.NotNull(clients.Get("a", static () => new()));
    }

    [Fact]
    public void Settings_with_equal_secrets_are_equal_and_say_nothing_of_them()
    {
        AzureSettings settings = new() { AccountKey = Of("hunter2"), ClientSecret = Of("other") };
        AzureSettings same = new() { AccountKey = Of("hunter2"), ClientSecret = Of("other") };
        Assert.Equal((settings, settings.GetHashCode()), (same, same.GetHashCode()));
        Assert.NotEqual(settings, same with { AccountKey = Of("hunter3") });
        Assert.NotEqual(settings, same with { AccountKey = Of("hunter22") });
        Assert.NotEqual(settings, same with { AccountKey = null });
        Assert.DoesNotContain("hunter2", settings.ToString(), StringComparison.Ordinal);
    }

    private static Secret Of(string text) => Secret.From(new NetworkCredential("", text).SecurePassword)!;

    private sealed class Client : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
