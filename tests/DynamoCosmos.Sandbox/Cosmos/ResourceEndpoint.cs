using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Account, databases, containers, ranges and offers as the gateway answers them.</summary>
internal sealed class ResourceEndpoint(CosmosStandInOptions options, CosmosAccount account)
{
    internal StandInAnswer ReadAccount(Uri endpoint)
    {
        JsonArray locations = [new JsonObject { ["name"] = "Loopback", ["databaseAccountEndpoint"] = endpoint.ToString() }];
        JsonObject replicas = new() { ["asyncReplication"] = false, ["minReplicaSetSize"] = 3, ["maxReplicasetSize"] = 4 };
        return StandInAnswer.Of(new JsonObject
        {
            ["_self"] = "",
            ["id"] = options.AccountName,
            ["_rid"] = options.AccountName,
            ["media"] = "//media/",
            ["addresses"] = "//addresses/",
            ["_dbs"] = "//dbs/",
            ["writableLocations"] = locations.DeepClone(),
            ["readableLocations"] = locations,
            ["enableMultipleWriteLocations"] = false,
            ["userReplicationPolicy"] = replicas.DeepClone(),
            ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = "Session" },
            ["systemReplicationPolicy"] = replicas,
            ["readPolicy"] = new JsonObject { ["primaryReadCoefficient"] = 1, ["secondaryReadCoefficient"] = 1 },
            ["queryEngineConfiguration"] = "{\"maxSqlQueryInputLength\":262144,\"maxJoinsPerSqlQuery\":10,\"maxLogicalAndPerSqlQuery\":2000,\"maxLogicalOrPerSqlQuery\":2000,\"maxUdfRefPerSqlQuery\":10,\"maxInExpressionItemsCount\":16000,\"queryMaxInMemorySortDocumentCount\":500,\"maxQueryRequestTimeoutFraction\":0.9,\"sqlAllowNonFiniteNumbers\":false,\"sqlAllowAggregateFunctions\":true,\"sqlAllowSubQuery\":true,\"sqlAllowScalarSubQuery\":true,\"allowNewKeywords\":true,\"sqlAllowLike\":true,\"sqlAllowGroupByClause\":true,\"maxSpatialQueryCells\":12,\"spatialMaxGeometryPointCount\":256,\"sqlDisableOptimizationFlags\":0,\"sqlEnableParameterExpressionCheck\":true}",
        });
    }

    internal StandInAnswer AnswerDatabase(StandInRequest request)
    {
        if (request.Parts.Length == 1 && request.Method == "GET")
            return Feed("Databases", "", [.. account.Databases.Values.Select(each => each.ToJson())]);
        if (request.Method == "POST")
        {
            (int? manual, int? autoscale) = OfferHeaders(request);
            StandInDatabase made = account.CreateDatabase((string?)request.BodyAsObject()["id"] ?? "", manual, autoscale);
            return StandInAnswer.Of(made.ToJson(), 201);
        }
        StandInDatabase database = account.Database(request.Parts[1]);
        if (request.Method == "GET") return StandInAnswer.Of(database.ToJson());
        account.Databases.TryRemove(database.Id, out _);
        return new() { Status = 204 };
    }

    internal StandInAnswer AnswerContainer(StandInRequest request)
    {
        string databaseId = request.Parts[1];
        StandInDatabase database = account.Database(databaseId);
        if (request.Parts.Length == 3)
        {
            if (request.Method == "GET") return Feed("DocumentCollections", database.Rid, [.. database.Containers.Values.Select(Describe)]);
            (int? manual, int? autoscale) = OfferHeaders(request);
            return StandInAnswer.Of(Describe(account.CreateContainer(databaseId, request.BodyAsObject(), manual, autoscale)), 201);
        }
        StandInContainer container = account.Container(databaseId, request.Parts[3]);
        switch (request.Method)
        {
            case "DELETE":
                database.Containers.TryRemove(container.Id, out _);
                return new() { Status = 204 };
            case "PUT":
                container.Replace(request.BodyAsObject(), request.Now, options.IndexTransformationTime);
                break;
        }
        StandInAnswer answer = StandInAnswer.Of(Describe(container));
        if (!request.IsTrue("x-ms-documentdb-populatequotainfo")) return answer;
        return new()
        {
            Body = answer.Body,
            Extra =
            [
                ("x-ms-documentdb-collection-index-transformation-progress", container.IndexProgress(request.Now)
                    .ToString(CultureInfo.InvariantCulture)),
                ("x-ms-resource-usage",
                    $"documentsCount={container.Ranges.Sum(range => range.Count)};documentsSize={container.Bytes / 1024};collectionSize={container.Bytes / 1024};"),
            ],
        };
    }

    private static JsonObject Describe(StandInContainer container)
    {
        JsonObject json = (JsonObject)container.Properties.DeepClone();
        json["_rid"] = container.Rid;
        json["_ts"] = 1_600_000_000;
        json["_self"] = container.Self;
        json["_etag"] = "\"00000000-0000-0000-0000-000000000000\"";
        json["_docs"] = "docs/";
        json["_sprocs"] = "sprocs/";
        json["_triggers"] = "triggers/";
        json["_udfs"] = "udfs/";
        json["_conflicts"] = "conflicts/";
        return json;
    }

    internal StandInAnswer AnswerRanges(StandInRequest request)
    {
        StandInContainer container = account.ContainerByRid(request.Parts[3])
            ?? account.Container(request.Parts[1], request.Parts[3]);
        PhysicalRange[] inForce = container.Ranges;
        string etag = container.ETagOf(inForce);
        if (request.Header("if-none-match") == etag) return new() { Status = 304, ETag = etag };
        JsonArray ranges = [];
        foreach (PhysicalRange range in inForce)
            ranges.Add(new JsonObject
            {
                ["_rid"] = container.Rid,
                ["id"] = range.Id,
                ["_etag"] = etag,
                ["minInclusive"] = range.MinInclusive,
                ["maxExclusive"] = range.MaxExclusive,
                ["ridPrefix"] = 0,
                ["_self"] = $"{container.Self}pkranges/{range.Id}/",
                ["throughputFraction"] = 1.0 / inForce.Length,
                ["status"] = "online",
                ["parents"] = new JsonArray([.. range.Parents.Select(parent => (JsonNode)parent)]),
                ["_ts"] = 1_600_000_000,
            });
        int count = ranges.Count;
        JsonObject feed = new() { ["_rid"] = container.Rid, ["PartitionKeyRanges"] = ranges, ["_count"] = count };
        return new() { Body = JsonSerializer.SerializeToUtf8Bytes(feed), ETag = etag, ItemCount = count };
    }

    internal StandInAnswer AnswerOffer(StandInRequest request)
    {
        if (request.Method == "POST")
        {
            string wanted = QueriedResource(request.BodyAsObject());
            if (options.Serverless) throw new RefusedException(
                StandInRefusal.BadRequest("Reading or replacing offers is not supported for serverless accounts."));
            return Feed("Offers", "", account.OfferOf(wanted) is StandInOffer found ? [found.ToJson()] : []);
        }
        StandInOffer offer =
            account.OfferByRid(request.Parts[1]) ?? throw new RefusedException(StandInRefusal.NotFound("offers/" + request.Parts[1]));
        account.Settle(offer, request.Now);
        if (request.Method == "PUT") Replace(offer, request);
        long bytes = account.ContainerByRid(offer.ResourceRid)?.Bytes ?? 0;
        return new()
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(offer.ToJson()),
            Extra =
            [
                ("x-ms-cosmos-min-throughput", offer.Minimum(bytes).ToString(CultureInfo.InvariantCulture)),
                ("x-ms-offer-replace-pending", offer.IsPending ? "true" : "false"),
            ],
        };
    }

    private void Replace(StandInOffer offer, StandInRequest request)
    {
        JsonNode? content = request.BodyAsObject()["content"];
        int? maximum = (int?)content?["offerAutopilotSettings"]?["maxThroughput"];
        int value = maximum ?? (int?)content?["offerThroughput"]
            ?? throw new RefusedException(StandInRefusal.BadRequest("The offer has no throughput."));
        bool autoscale = maximum is not null;
        // The change between the two kinds is the resource manager's (migrateToAutoscale, migrateToManualThroughput).
        if (autoscale != offer.IsAutoscale)
            throw new RefusedException(
                StandInRefusal.BadRequest("The offer cannot be changed between manual and autoscale throughput this way: migrate it."));
        account.SetThroughput(offer, value, autoscale, request.Now);
    }

    private static string QueriedResource(JsonObject query)
    {
        if (query["parameters"] is JsonArray { Count: > 0 } parameters) return (string?)parameters[0]?["value"] ?? "";
        string[] parts = ((string?)query["query"] ?? "").Split('"', '\'');
        return parts.Length > 1 ? parts[1] : "";
    }

    private static (int? Manual, int? Autoscale) OfferHeaders(StandInRequest request)
    {
        int? manual =
            request.Header("x-ms-offer-throughput") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        int? autoscale = request.Header("x-ms-cosmos-offer-autopilot-settings") is { Length: > 0 } settings
            ? (int?)JsonNode.Parse(settings)?["maxThroughput"] : null;
        return (manual, autoscale);
    }

    private static StandInAnswer Feed(string name, string rid, JsonNode[] resources)
    {
        JsonObject feed = new() { ["_rid"] = rid, [name] = new JsonArray(resources), ["_count"] = resources.Length };
        return new() { Body = JsonSerializer.SerializeToUtf8Bytes(feed), ItemCount = resources.Length };
    }
}
