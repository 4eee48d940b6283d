using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DynamoCosmos.Azure.Control;

/// <summary>One page of a collection.</summary>
internal sealed record ResourcePage<T>(IReadOnlyList<T> Value, string? NextLink = null);

internal sealed record AsyncOperation(string Status, ServiceError? Error = null);

internal sealed record ServiceError(string? Code, string? Message);

internal sealed record SubscriptionResource(string SubscriptionId, string? DisplayName = null, string? State = null);

internal sealed record GraphQuestion(string Query, GraphOptions? Options = null);

internal sealed record GraphOptions([property: JsonPropertyName("$skipToken")] string SkipToken);

/// <param name="SkipToken">Where the rest of the rows begins; null where these are all.</param>
internal sealed record GraphAnswer(IReadOnlyList<GraphRow> Data, [property: JsonPropertyName("$skipToken")] string? SkipToken = null);

internal sealed record GraphRow(string Id);

internal sealed record AccountResource(string Id, string Name, string? Location, AccountProperties Properties);

internal sealed record AccountProperties(string? DocumentEndpoint = null, bool? DisableLocalAuth = null,
    IReadOnlyList<AccountCapability>? Capabilities = null, StorageEndpoints? PrimaryEndpoints = null);

internal sealed record AccountCapability(string Name);

internal sealed record StorageEndpoints(string? Blob);

/// <summary>A database or container; <see cref="SqlProperties.Resource"/> is as the data plane has it.</summary>
internal sealed record SqlResource(SqlProperties Properties, string? Id = null, string? Name = null);

internal sealed record SqlProperties(JsonObject Resource, SqlOptions? Options = null);

internal sealed record SqlOptions(int? Throughput = null, AutoscaleResource? AutoscaleSettings = null);

internal sealed record ThroughputSettings(ThroughputProperties Properties);

internal sealed record ThroughputProperties(ThroughputResource Resource);

internal sealed record ThroughputResource(
    int? Throughput = null, AutoscaleResource? AutoscaleSettings = null, string? MinimumThroughput = null,
        string? OfferReplacePending = null, string? InstantMaximumThroughput = null);

internal sealed record AutoscaleResource(int MaxThroughput);

internal sealed record SqlRoleDefinitionResource(SqlRoleDefinitionProperties Properties, string? Id = null, string? Name = null);

internal sealed record SqlRoleDefinitionProperties(string RoleName, string? Type,
    IReadOnlyList<string> AssignableScopes, IReadOnlyList<SqlPermission> Permissions);

internal sealed record SqlPermission(IReadOnlyList<string> DataActions, IReadOnlyList<string>? NotDataActions = null);

internal sealed record SqlRoleAssignmentResource(SqlRoleAssignmentProperties Properties, string? Id = null, string? Name = null);

internal sealed record SqlRoleAssignmentProperties(string RoleDefinitionId, string PrincipalId, string Scope);

internal sealed record AzureRoleAssignmentResource(AzureRoleAssignmentProperties Properties, string? Id = null, string? Name = null);

internal sealed record AzureRoleAssignmentProperties(string RoleDefinitionId, string PrincipalId, string? PrincipalType = null,
    string? Scope = null);

/// <summary>One of the caller's roles at a scope, as Microsoft.Authorization/permissions lists them.</summary>
internal sealed record AzurePermission(
    IReadOnlyList<string> Actions, IReadOnlyList<string>? NotActions =
        null, IReadOnlyList<string>? DataActions = null, IReadOnlyList<string>? NotDataActions = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AsyncOperation))]
[JsonSerializable(typeof(GraphQuestion))]
[JsonSerializable(typeof(GraphAnswer))]
[JsonSerializable(typeof(AccountResource))]
[JsonSerializable(typeof(SqlResource))]
[JsonSerializable(typeof(ThroughputSettings))]
[JsonSerializable(typeof(SqlRoleDefinitionResource))]
[JsonSerializable(typeof(SqlRoleAssignmentResource))]
[JsonSerializable(typeof(AzureRoleAssignmentResource))]
[JsonSerializable(typeof(ResourcePage<SubscriptionResource>), TypeInfoPropertyName = "SubscriptionPage")]
[JsonSerializable(typeof(ResourcePage<AccountResource>), TypeInfoPropertyName = "AccountPage")]
[JsonSerializable(typeof(ResourcePage<SqlResource>), TypeInfoPropertyName = "SqlResourcePage")]
[JsonSerializable(typeof(ResourcePage<SqlRoleDefinitionResource>), TypeInfoPropertyName = "SqlRoleDefinitionPage")]
[JsonSerializable(typeof(ResourcePage<SqlRoleAssignmentResource>), TypeInfoPropertyName = "SqlRoleAssignmentPage")]
[JsonSerializable(typeof(ResourcePage<AzureRoleAssignmentResource>), TypeInfoPropertyName = "AzureRoleAssignmentPage")]
[JsonSerializable(typeof(ResourcePage<AzurePermission>), TypeInfoPropertyName = "AzurePermissionPage")]
internal sealed partial class ResourceManagerJson : JsonSerializerContext;
