using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Control;

/// <summary>
/// The Azure Resource Manager by resource id: read, list, put, delete, and operations that take their time. Stands in for
/// Azure.ResourceManager.CosmosDB; nothing else in Core knows how the resource manager is spoken to.
/// </summary>
internal sealed class ResourceManagerClient
{
    private static readonly TimeSpan s_firstPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromSeconds(15);

    private readonly ControlPipeline _pipeline;
    private readonly TokenCredential _credential;
    private readonly string _scope;
    private readonly TimeProvider _time;
    private readonly Replication _patience;

    /// <param name="patience">How long a change waits for another one that holds the account's lock.</param>
    internal ResourceManagerClient(AzureSettings settings, AzureConnections azure, Replication patience, TimeProvider? time = null)
    {
        _patience = patience;
        _credential = azure.SignIn(settings);
        _scope = AzureClouds.ResourceManagerScope(settings);
        _time = time ?? TimeProvider.System;
        _pipeline = new(AzureClouds.ResourceManager(settings), _credential, _scope, azure.Transport);
    }

    /// <summary>Whom the resource manager takes us for.</summary>
    internal async Task<SignedInPrincipal> ReadCallerAsync(CancellationToken cancellationToken) =>
        SignedInPrincipal.Read((await _credential.GetTokenAsync(new([_scope]), cancellationToken)).Token);

    /// <returns>Null where there is nothing of that id.</returns>
    internal Task<T?> FindAsync<T>(string id, string apiVersion, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T
        : class =>
        _pipeline.FindAsync(Address(id, apiVersion), type, cancellationToken);

    /// <summary>All pages of a collection.</summary>
    /// <param name="query">Further query, such as <c>$filter=…</c>, escaped.</param>
    internal async IAsyncEnumerable<T> ListAsync<T>(
        string id, string apiVersion, JsonTypeInfo<ResourcePage<T>> type, [EnumeratorCancellation] CancellationToken cancellationToken,
            string? query = null)
    {
        Response response = await _pipeline.SendAsync(RequestMethod.Get, Address(id, apiVersion) + (query is null ? "" : $"&{query}"), null,
            cancellationToken);
        while (true)
        {
            ResourcePage<T> page = ControlPipeline.Read(response, type);
            foreach (T item in page.Value) yield return item;
            if (page.NextLink is not { Length: > 0 } next) yield break;
            response = await _pipeline.FollowAsync(new(next), cancellationToken);
        }
    }

    /// <summary>Puts a resource in place and waits until the service says that it is.</summary>
    internal Task PutAsync<T>(string id, string apiVersion, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        ChangeAsync(RequestMethod.Put, Address(id, apiVersion), ControlPipeline.Write(body, type), cancellationToken);

    /// <summary>Runs an operation on a resource and waits for its end.</summary>
    internal Task PostAsync(string id, string apiVersion, CancellationToken cancellationToken) =>
        ChangeAsync(RequestMethod.Post, Address(id, apiVersion), null, cancellationToken);

    /// <summary>Asks by POST: nothing changes.</summary>
    internal async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string id, string apiVersion, TQuestion question, JsonTypeInfo<TQuestion> questionType, JsonTypeInfo<TAnswer> answerType,
            CancellationToken cancellationToken)
    {
        Response response = await _pipeline.SendAsync(RequestMethod.Post, Address(id, apiVersion),
            ControlPipeline.Write(question, questionType), cancellationToken);
        return ControlPipeline.Read(response, answerType);
    }

    /// <summary>Removes a resource and waits until it is gone; one that is not there is as good.</summary>
    internal Task DeleteAsync(string id, string apiVersion, CancellationToken cancellationToken) =>
        ChangeAsync(RequestMethod.Delete, Address(id, apiVersion), null, cancellationToken);

    // Every change can be made again: a PUT and a DELETE say how things are to be, and what the lock refused was not done.
    private Task ChangeAsync(RequestMethod method, string address, BinaryData? body, CancellationToken cancellationToken)
    {
        return _patience.RetryAsync(ChangeAsync, AccessErrors.IsLocked, _patience.SettleTime, static (failure, _) => failure,
            cancellationToken);

        async Task<bool> ChangeAsync()
        {
            await ChangeOnceAsync(method, address, body, cancellationToken);
            return true;
        }
    }

    private async Task ChangeOnceAsync(RequestMethod method, string address, BinaryData? body, CancellationToken cancellationToken)
    {
        Response response = await _pipeline.SendAsync(method, address, body, cancellationToken);
        if (response.Headers.TryGetValue("Azure-AsyncOperation", out string? operation)) await AwaitOperationAsync(new(operation), response,
            cancellationToken);
        else if (response.Status == 202
            && response.Headers.TryGetValue("Location", out string? location)) await AwaitLocationAsync(new(location), response,
            cancellationToken);
    }

    private async Task AwaitOperationAsync(Uri operation, Response latest, CancellationToken cancellationToken)
    {
        TimeSpan pause = s_firstPoll;
        while (true)
        {
            pause = await WaitAsync(latest, pause, cancellationToken);
            latest = await _pipeline.FollowAsync(operation, cancellationToken);
            AsyncOperation state = ControlPipeline.Read(latest, ResourceManagerJson.Default.AsyncOperation);
            if (string.Equals(state.Status, "Succeeded", StringComparison.OrdinalIgnoreCase)) return;
            if (string.Equals(state.Status, "Failed", StringComparison.OrdinalIgnoreCase)
                || string.Equals(state.Status, "Canceled", StringComparison.OrdinalIgnoreCase))
                throw AccessErrors.OperationFailed(state);
        }
    }

    private async Task AwaitLocationAsync(Uri location, Response latest, CancellationToken cancellationToken)
    {
        TimeSpan pause = s_firstPoll;
        while (latest.Status == 202)
        {
            pause = await WaitAsync(latest, pause, cancellationToken);
            latest = await _pipeline.FollowAsync(location, cancellationToken);
        }
    }

    // The service's own word first; without one, 0.1, 0.2, 0.4 … 15 seconds: small changes are made at once, and Cosmos DB says nothing.
    private async Task<TimeSpan> WaitAsync(Response latest, TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(RetryAfter.Read(latest) ?? pause, _time, cancellationToken);
        TimeSpan next = pause * 2;
        return next < s_longestPoll ? next : s_longestPoll;
    }

    private static string Address(string id, string apiVersion) => $"{Escape(id)}?api-version={apiVersion}";

    // Ids of Cosmos DB's resources hold the users' own names: spaces and more. Slashes part the segments.
    private static string Escape(string id) => string.Join('/', id.Split('/').Select(Uri.EscapeDataString));
}

/// <summary>Who a token of ours is for.</summary>
/// <param name="ObjectId">Of the service principal or user in the tenant.</param>
/// <param name="ApplicationId">Null for a user without one.</param>
internal sealed record SignedInPrincipal(string ObjectId, string? ApplicationId, string? TenantId, bool IsUser)
{
    /// <summary>Reads the claims of a token that was issued to us; it proves nothing, and is not used to.</summary>
    internal static SignedInPrincipal Read(string token)
    {
        string payload = token.Split('.') is [_, string middle, _] ? middle : throw AccessErrors.TokenUnreadable();
        try
        {
            string base64 = payload.Replace('-', '+').Replace('_', '/');
            JsonNode claims = JsonNode.Parse(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')))!;
            string objectId = (string?)claims["oid"] ?? throw AccessErrors.TokenUnreadable();
            bool isUser = (string?)claims["idtyp"] is string type ? type == "user" : claims["scp"] is not null;
            return new(objectId, (string?)claims["appid"] ?? (string?)claims["azp"], (string?)claims["tid"], isUser);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or InvalidOperationException)
        {
            throw AccessErrors.TokenUnreadable(broken);
        }
    }
}
