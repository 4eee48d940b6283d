using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Core;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Control;

/// <summary>Microsoft Graph, as far as principals need it.</summary>
internal sealed class GraphClient
{
    private readonly ControlPipeline _pipeline;

    internal GraphClient(AzureSettings settings, AzureConnections azure) =>
        _pipeline = new(AzureClouds.Graph(settings), azure.SignIn(settings), AzureClouds.GraphScope(settings), azure.Transport);

    internal Task<IReadOnlyList<GraphApplication>> ListApplicationsAsync(string property, string value,
        CancellationToken cancellationToken) =>
        ListAsync("applications", "id,appId,displayName,passwordCredentials", property, value, GraphJson.Default.GraphApplicationPage,
            cancellationToken);

    internal Task<IReadOnlyList<GraphPrincipal>> ListPrincipalsAsync(string property, string value, CancellationToken cancellationToken) =>
        ListAsync("servicePrincipals", "id,appId,displayName,servicePrincipalType", property, value, GraphJson.Default.GraphPrincipalPage,
            cancellationToken);

    internal async Task<GraphApplication> CreateApplicationAsync(string displayName, CancellationToken cancellationToken)
    {
        BinaryData body = ControlPipeline.Write(new(displayName, "AzureADMyOrg"), GraphJson.Default.NewApplication);
        return ControlPipeline.Read(await SendAsync("applications", body, cancellationToken), GraphJson.Default.GraphApplication);
    }

    internal async Task<GraphPrincipal> CreatePrincipalAsync(string appId, CancellationToken cancellationToken)
    {
        BinaryData body = ControlPipeline.Write(new(appId), GraphJson.Default.NewPrincipal);
        return ControlPipeline.Read(await SendAsync("servicePrincipals", body, cancellationToken), GraphJson.Default.GraphPrincipal);
    }

    internal async Task<GraphPassword> AddPasswordAsync(string applicationObjectId, string displayName, DateTimeOffset endsAt,
        CancellationToken cancellationToken)
    {
        BinaryData body = ControlPipeline.Write(new(new(displayName, endsAt.ToUniversalTime())), GraphJson.Default.NewPassword);
        return ControlPipeline.Read(await SendAsync($"applications/{applicationObjectId}/addPassword", body, cancellationToken),
            GraphJson.Default.GraphPassword);
    }

    private Task<Response> SendAsync(string path, BinaryData body, CancellationToken cancellationToken) =>
        _pipeline.SendAsync(RequestMethod.Post, $"{ApiVersions.Graph}/{path}", body, cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<T>(
        string collection, string fields, string property, string value, JsonTypeInfo<GraphPage<T>> type,
            CancellationToken cancellationToken)
    {
        string filter = Uri.EscapeDataString($"{property} eq '{value.Replace("'", "''")}'");
        Response response = await _pipeline.SendAsync(RequestMethod.Get,
            $"{ApiVersions.Graph}/{collection}?$filter={filter}&$select={fields}", null, cancellationToken);
        List<T> found = [];
        while (true)
        {
            GraphPage<T> page = ControlPipeline.Read(response, type);
            found.AddRange(page.Value);
            if (page.NextLink is not { Length: > 0 } next) return found;
            response = await _pipeline.FollowAsync(new(next), cancellationToken);
        }
    }
}

internal sealed record GraphPage<T>(IReadOnlyList<T> Value, [property: JsonPropertyName("@odata.nextLink")] string? NextLink = null);

internal sealed record GraphApplication(string Id, string AppId, string DisplayName,
    IReadOnlyList<GraphPasswordTimes>? PasswordCredentials = null);

/// <summary>A secret as the directory lists it: without the secret.</summary>
internal sealed record GraphPasswordTimes(string? KeyId = null, DateTimeOffset? EndDateTime = null);

internal sealed record GraphPrincipal(string Id, string AppId, string DisplayName, string? ServicePrincipalType = null);

/// <summary>The only answer that ever holds the secret.</summary>
internal sealed record GraphPassword(string KeyId, string SecretText, DateTimeOffset? EndDateTime)
{
    public override string ToString() => $"GraphPassword {KeyId}";
}

internal sealed record NewApplication(string DisplayName, string SignInAudience);

internal sealed record NewPrincipal(string AppId);

internal sealed record NewPassword(NewPasswordCredential PasswordCredential);

internal sealed record NewPasswordCredential(string DisplayName, DateTimeOffset EndDateTime);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GraphApplication))]
[JsonSerializable(typeof(GraphPrincipal))]
[JsonSerializable(typeof(GraphPassword))]
[JsonSerializable(typeof(NewApplication))]
[JsonSerializable(typeof(NewPrincipal))]
[JsonSerializable(typeof(NewPassword))]
[JsonSerializable(typeof(GraphPage<GraphApplication>), TypeInfoPropertyName = "GraphApplicationPage")]
[JsonSerializable(typeof(GraphPage<GraphPrincipal>), TypeInfoPropertyName = "GraphPrincipalPage")]
internal sealed partial class GraphJson : JsonSerializerContext;
