using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>Databases and containers through the resource manager: the same ones that the data plane serves.</summary>
internal sealed class ArmContainers(ArmAccounts accounts, ArmOperations operations)
{
    internal ControlAnswer AnswerDatabase(string method, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        ArmCosmosAccount account = accounts.Cosmos(path);
        CosmosAccount data = account.StandIn.Account;
        if (path.IsCollection) return ArmAccounts.List(data.Databases.Values.Select(database => Describe(account, database)));
        string id = path.Names[1];
        switch (method)
        {
            case "GET":
                return new(200, Describe(account, data.Database(id)));
            case "PUT":
                JsonObject resource = Resource(body, id);
                (int? manual, int? autoscale) = ReadOptions(body!);
                // A PUT of what is there changes nothing of a database: throughput has an address of its own.
                JsonObject ReadDatabase() => Describe(account, data.Database(id));
                if (data.Databases.ContainsKey(id)) return operations.Start(account, caller, static () => { }, ReadDatabase);
                return operations.Start(account, caller, () => data.CreateDatabase(id, manual, autoscale), ReadDatabase);
            case "DELETE":
                data.Database(id);
                return operations.Start(account, caller, () => data.Databases.TryRemove(id, out _), static () => null);
            default:
                throw ControlFault.OfCosmos(405, "MethodNotAllowed", $"{method} is not allowed on a database.");
        }
    }

    internal ControlAnswer AnswerContainer(string method, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        ArmCosmosAccount account = accounts.Cosmos(path);
        CosmosAccount data = account.StandIn.Account;
        StandInDatabase database = data.Database(path.Names[1]);
        if (path.IsCollection) return ArmAccounts.List(database.Containers.Values.Select(container => Describe(account, container)));
        string id = path.Names[2];
        CosmosStandInOptions options = account.StandIn.Options;
        JsonNode Read() => Describe(account, data.Container(database.Id, id));
        switch (method)
        {
            case "GET":
                return new(200, Read());
            case "PUT":
                JsonObject resource = Resource(body, id);
                (int? manual, int? autoscale) = ReadOptions(body!);
                database.Containers.TryGetValue(id, out StandInContainer? current);
                return operations.Start(account, caller, () =>
                {
                    if (current is null) data.CreateContainer(database.Id, resource, manual, autoscale);
                    else current.Replace(resource, options.Clock.GetUtcNow(), options.IndexTransformationTime);
                }, Read);
            case "DELETE":
                data.Container(database.Id, id);
                return operations.Start(account, caller, () => database.Containers.TryRemove(id, out _), static () => null);
            default:
                throw ControlFault.OfCosmos(405, "MethodNotAllowed", $"{method} is not allowed on a container.");
        }
    }

    private static JsonObject Resource(JsonObject? body, string name)
    {
        if (body?["properties"]?["resource"] is not JsonObject resource)
            throw ControlFault.OfCosmos(400, "BadRequest", "The request body has no properties.resource.");
        if ((string?)resource["id"] != name)
            throw ControlFault.OfCosmos(400, "BadRequest", "Resource id in the body does not match the name in the address.");
        JsonObject copy = (JsonObject)resource.DeepClone();
        // What the service adds on reading is accepted on writing, and ignored.
        foreach (string own in new[] { "_rid", "_ts", "_etag" }) copy.Remove(own);
        return copy;
    }

    private static (int? Manual, int? Autoscale) ReadOptions(JsonObject body)
    {
        JsonNode? options = body["properties"]!["options"];
        return ((int?)options?["throughput"], (int?)options?["autoscaleSettings"]?["maxThroughput"]);
    }

    private static JsonObject Describe(ArmCosmosAccount account, StandInDatabase database) => new()
    {
        ["id"] = $"{account.Id}/sqlDatabases/{database.Id}",
        ["name"] = database.Id,
        ["type"] = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
        ["properties"] = new JsonObject
        {
            ["resource"] = new JsonObject
            {
                ["id"] = database.Id,
                ["_rid"] = database.Rid,
                ["_colls"] = "colls/",
                ["_users"] = "users/"
            }
        },
    };

    private static JsonObject Describe(ArmCosmosAccount account, StandInContainer container)
    {
        JsonObject resource = (JsonObject)container.Properties.DeepClone();
        resource["_rid"] = container.Rid;
        return new()
        {
            ["id"] = $"{account.Id}/sqlDatabases/{container.Database.Id}/containers/{container.Id}",
            ["name"] = container.Id,
            ["type"] = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
            ["properties"] = new JsonObject { ["resource"] = resource },
        };
    }
}
