using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>A Cosmos DB account in the resource manager, and the data plane that it is of.</summary>
internal sealed record ArmCosmosAccount(string Id, CosmosStandIn StandIn)
{
    internal string Name => StandIn.AccountName;
}

internal sealed record ArmStorageAccount(string Id, string Name, Uri BlobEndpoint, bool IsHierarchical);

/// <summary>The subscription, its resource group and its accounts.</summary>
internal sealed partial class ArmAccounts(ResourceManagerOptions options, Tenant tenant, AccessControl access)
{
    private readonly ConcurrentDictionary<string, ArmCosmosAccount> _cosmos = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ArmStorageAccount> _storage = new(StringComparer.OrdinalIgnoreCase);

    private string Root => $"/subscriptions/{options.SubscriptionId}/resourceGroups/{options.ResourceGroup}";

    internal string Add(CosmosStandIn standIn)
    {
        string id = $"{Root}/providers/Microsoft.DocumentDB/databaseAccounts/{standIn.AccountName}";
        _cosmos[standIn.AccountName] = new(id, standIn);
        access.Register(standIn.AccountName, id);
        access.Put(new CosmosDataRole(standIn.AccountName, ArmDataRoles.BuiltInReader, "Cosmos DB Built-in Data Reader", true, ["/"],
            [ArmDataRoles.Prefix + "readMetadata", ArmDataRoles.Container + "executeQuery", ArmDataRoles.Container + "readChangeFeed",
                ArmDataRoles.Container + "items/read"]));
        access.Put(new CosmosDataRole(standIn.AccountName, ArmDataRoles.BuiltInContributor, "Cosmos DB Built-in Data Contributor", true,
            ["/"],
            [ArmDataRoles.Prefix + "readMetadata", ArmDataRoles.Container + "*", ArmDataRoles.Container + "items/*"]));
        return id;
    }

    internal string AddStorage(string name, Uri blobEndpoint, bool isHierarchical)
    {
        string id = $"{Root}/providers/Microsoft.Storage/storageAccounts/{name}";
        _storage[name] = new(id, name, blobEndpoint, isHierarchical);
        access.Register(name, id);
        return id;
    }

    /// <summary>The account that a path lies in.</summary>
    internal ArmCosmosAccount Cosmos(ArmPath path) => _cosmos.TryGetValue(path.Names[0], out ArmCosmosAccount? account) ? account
        : throw ControlFault.Of(404, "ResourceNotFound", $"The Resource 'Microsoft.DocumentDB/databaseAccounts/{path.Names[0]}' under " +
            $"resource group '{options.ResourceGroup}' was not found.");

    internal ControlAnswer AnswerResourceGroup(ArmPath path)
    {
        JsonObject Describe() =>
            new()
            {
                ["id"] = Root,
                ["name"] = options.ResourceGroup,
                ["type"] = "Microsoft.Resources/resourceGroups",
                ["location"] = options.Location,
                ["properties"] = new JsonObject { ["provisioningState"] = "Succeeded" }
            };
        return path.IsCollection ? new(200, new JsonObject { ["value"] = new JsonArray(Describe()) }) : new(200, Describe());
    }

    internal ControlAnswer AnswerSubscriptions(ArmPath path, TenantPrincipal caller)
    {
        // Seen by whoever has any role on it or on anything in it.
        string scope = $"/subscriptions/{options.SubscriptionId}";
        bool isSeen = access.AzureAssignments.Any(assignment => assignment.PrincipalId == caller.ObjectId
            && AccessControl.Covers(scope, assignment.Scope));
        JsonObject subscription = new()
        {
            ["id"] = scope,
            ["subscriptionId"] = options.SubscriptionId,
            ["tenantId"] = tenant.Id,
            ["displayName"] = "Sandbox",
            ["state"] = "Enabled",
            ["authorizationSource"] = "RoleBased",
            ["subscriptionPolicies"] = new JsonObject
            {
                ["locationPlacementId"] = "Public_2014-09-01",
                ["quotaId"] = "PayAsYouGo_2014-09-01",
                ["spendingLimit"] = "Off"
            },
        };
        if (!path.IsCollection) return isSeen
            ? new(200, subscription)
            : throw ControlFault.Of(404, "SubscriptionNotFound", $"The subscription '{options.SubscriptionId}' could not be found.");
        return new(200, new JsonObject { ["value"] = isSeen ? new JsonArray(subscription) : [] });
    }

    internal ControlAnswer ListCosmos(TenantPrincipal caller) =>
        List(_cosmos.Values.Where(account => MayRead(caller, account.Id, "Microsoft.DocumentDB/databaseAccounts/read")).Select(Describe));

    internal ControlAnswer ListStorage(TenantPrincipal caller) =>
        List(_storage.Values.Where(account => MayRead(caller, account.Id, "Microsoft.Storage/storageAccounts/read")).Select(Describe));

    internal ControlAnswer AnswerGraph(JsonObject body, TenantPrincipal caller)
    {
        Match match = Query().Match((string?)body["query"] ?? "");
        if (!match.Success) throw ControlFault.Of(400, "BadRequest",
            "Please provide below info when asking for support: the query is not one that this stand-in knows.");
        if (options.GraphLags) return new(200, new JsonObject { ["totalRecords"] = 0, ["count"] = 0, ["data"] = new JsonArray() });
        string type = match.Groups["type"].Value.ToLowerInvariant(), name = match.Groups["name"].Value;
        IEnumerable<JsonObject> found = type switch
        {
            "microsoft.documentdb/databaseaccounts" =>
                _cosmos.Values.Where(account => MayRead(caller, account.Id, "Microsoft.DocumentDB/databaseAccounts/read")).Select(Describe),
            "microsoft.storage/storageaccounts" =>
                _storage.Values.Where(account => MayRead(caller, account.Id, "Microsoft.Storage/storageAccounts/read")).Select(Describe),
            _ => [],
        };
        JsonArray data = [];
        foreach (JsonObject one in found.Where(one => name.Length == 0
            || name.Equals((string?)one["name"], StringComparison.OrdinalIgnoreCase)))
        {
            one["subscriptionId"] = options.SubscriptionId;
            one["resourceGroup"] = options.ResourceGroup.ToLowerInvariant();
            data.Add(one);
        }
        int total = data.Count, from =
            (string?)body["options"]?["$skipToken"] is { } token ? int.Parse(token, CultureInfo.InvariantCulture) : 0;
        JsonArray page = [.. data.Skip(from).Take(options.GraphPage).Select(row => row!.DeepClone())];
        JsonObject answer = new() { ["totalRecords"] = total, ["count"] = page.Count, ["resultTruncated"] = "false" };
        if (from + page.Count < total) answer["$skipToken"] = (from + page.Count).ToString(CultureInfo.InvariantCulture);
        answer["data"] = page;
        return new(200, answer);
    }

    internal ControlAnswer AnswerCosmos(string method, ArmPath path, JsonObject? body)
    {
        if (path.IsCollection) return List(_cosmos.Values.Select(Describe));
        ArmCosmosAccount account = Cosmos(path);
        if (method == "PATCH" && body?["properties"]?["disableLocalAuth"] is { } switched)
        {
            access.SetKeys(account.Name, !(bool)switched);
            account.StandIn.DisableLocalAuth = (bool)switched;
        }
        else if (method != "GET") throw ControlFault.Of(405, "MethodNotAllowed",
            $"This stand-in has no {method} of an account but for disableLocalAuth.");
        return new(200, Describe(account));
    }

    internal ControlAnswer AnswerStorage(string method, ArmPath path, JsonObject? body)
    {
        if (path.IsCollection) return List(_storage.Values.Select(Describe));
        if (!_storage.TryGetValue(path.Names[0], out ArmStorageAccount? account))
            throw ControlFault.Of(404, "ResourceNotFound", $"The Resource 'Microsoft.Storage/storageAccounts/{path.Names[0]}' under " +
                $"resource group '{options.ResourceGroup}' was not found.");
        if (method == "PATCH" && body?["properties"]?["allowSharedKeyAccess"] is { } allowed) access.SetKeys(account.Name, (bool)allowed);
        else if (method != "GET") throw ControlFault.Of(405, "MethodNotAllowed",
            $"This stand-in has no {method} of a storage account but for allowSharedKeyAccess.");
        return new(200, Describe(account));
    }

    private bool MayRead(TenantPrincipal caller, string id, string action) => access.Permits(caller.ObjectId, action, id);

    private JsonObject Describe(ArmCosmosAccount account) => new()
    {
        ["id"] = account.Id,
        ["name"] = account.Name,
        ["type"] = "Microsoft.DocumentDB/databaseAccounts",
        ["kind"] = "GlobalDocumentDB",
        ["location"] = options.Location,
        ["tags"] = new JsonObject(),
        ["properties"] = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["documentEndpoint"] = account.StandIn.Endpoint.ToString(),
            ["databaseAccountOfferType"] = "Standard",
            ["disableLocalAuth"] = !access.AllowsKeys(account.Name) || account.StandIn.DisableLocalAuth,
            ["disableKeyBasedMetadataWriteAccess"] = false,
            // A serverless account of today says so as its capacityMode, which this version of the interface leaves out.
            ["capabilities"] = new JsonArray(),
            ["locations"] = new JsonArray(
                new JsonObject
                {
                    ["locationName"] = options.Location,
                    ["failoverPriority"] = 0,
                    ["documentEndpoint"] = account.StandIn.Endpoint.ToString()
                }),
            ["consistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = "Session" },
        },
    };

    private JsonObject Describe(ArmStorageAccount account) => new()
    {
        ["id"] = account.Id,
        ["name"] = account.Name,
        ["type"] = "Microsoft.Storage/storageAccounts",
        ["kind"] = "StorageV2",
        ["location"] = options.Location,
        ["properties"] = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["isHnsEnabled"] = account.IsHierarchical,
            ["allowSharedKeyAccess"] = access.AllowsKeys(account.Name),
            ["primaryEndpoints"] = new JsonObject { ["blob"] = account.BlobEndpoint.ToString() },
        },
    };

    internal static ControlAnswer List(IEnumerable<JsonObject> found) => new(200, new JsonObject { ["value"] = new JsonArray([.. found]) });

    [GeneratedRegex(@"^resources\s*\|\s*where type =~ '(?<type>[^']+)' and name =~ '(?<name>[^']+)'|^resources\s*\|\s*where type =~ '(?<type>[^']+)'\s*\|", RegexOptions.IgnoreCase)]
    private static partial Regex Query();
}
