using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// throughputSettings/default of databases and containers: read, change, and the two migrations between manual and autoscale.
/// </summary>
internal sealed class ArmThroughput(ArmAccounts accounts, ArmOperations operations, TimeProvider time)
{
    internal ControlAnswer Answer(string method, ArmPath path, JsonObject? body, TenantPrincipal caller)
    {
        ArmCosmosAccount account = accounts.Cosmos(path);
        CosmosAccount data = account.StandIn.Account;
        StandInDatabase database = data.Database(path.Names[1]);
        bool isContainer = path.Type.Contains("/containers/", StringComparison.OrdinalIgnoreCase);
        StandInContainer? container = isContainer ? data.Container(database.Id, path.Names[2]) : null;
        // The service says 400 here, and not 404.
        if (account.StandIn.Options.Serverless)
            throw new RefusedException(StandInRefusal.BadRequest("Reading or replacing offers is not supported for serverless accounts."));
        StandInOffer offer = (isContainer ? container!.Offer : database.Offer)
            ?? throw new RefusedException(new(404, 0, "Entity with the specified id does not exist in the system."));
        data.Settle(offer, time.GetUtcNow());
        JsonNode Read()
        {
            data.Settle(offer, time.GetUtcNow());
            return Describe(account, path, offer, container);
        }
        bool IsSettled()
        {
            data.Settle(offer, time.GetUtcNow());
            return !offer.IsPending;
        }
        ControlAnswer Change(int value, bool autoscale) =>
            operations.Start(account, caller, () => data.SetThroughput(offer, value, autoscale, time.GetUtcNow()), Read, IsSettled);

        switch (method, path.Tail?.ToLowerInvariant())
        {
            case ("GET", _):
                return new(200, Read());
            case ("POST", "migratetoautoscale"):
                if (offer.IsAutoscale) throw ControlFault.OfCosmos(400, "BadRequest", "The resource is already on autoscale throughput.");
                // The service takes the next thousand at or above what was manual.
                return Change(Math.Max(1000, (offer.Throughput + 999) / 1000 * 1000), true);
            case ("POST", "migratetomanualthroughput"):
                if (!offer.IsAutoscale) throw ControlFault.OfCosmos(400, "BadRequest", "The resource is already on manual throughput.");
                return Change(offer.Throughput, false);
            case ("PUT", null):
                JsonNode? resource = body?["properties"]?["resource"];
                int? manual = (int?)resource?["throughput"], autoscale = (int?)resource?["autoscaleSettings"]?["maxThroughput"];
                if (manual is null == autoscale is null)
                    throw ControlFault.OfCosmos(400, "BadRequest", "Exactly one of throughput and autoscaleSettings has to be given.");
                if (autoscale is not null != offer.IsAutoscale)
                {
                    throw ControlFault.OfCosmos(400, "BadRequest",
                        "Switching between manual throughput and autoscale is done by the migrateToAutoscale and " +
                            "migrateToManualThroughput operations.");
                }
                return Change(autoscale ?? manual!.Value, autoscale is not null);
            default:
                throw ControlFault.OfCosmos(405, "MethodNotAllowed", $"{method} is not allowed here.");
        }
    }

    private static JsonObject Describe(ArmCosmosAccount account, ArmPath path, StandInOffer offer, StandInContainer? container)
    {
        JsonObject resource = new()
        {
            ["throughput"] = offer.IsAutoscale ? offer.Throughput / 10 : offer.Throughput,
            ["minimumThroughput"] = offer.Minimum(container?.Bytes ?? 0).ToString(),
            ["offerReplacePending"] = offer.IsPending ? "true" : "false",
            ["instantMaximumThroughput"] = ((container?.Ranges.Length ?? 1) * 10_000).ToString(),
            ["softAllowedMaximumThroughput"] = "1000000",
        };
        if (offer.IsAutoscale) resource["autoscaleSettings"] = new JsonObject { ["maxThroughput"] = offer.Throughput };
        string owner = $"{account.Id}/sqlDatabases/{path.Names[1]}" + (container is null ? "" : $"/containers/{container.Id}");
        return new()
        {
            ["id"] = $"{owner}/throughputSettings/default",
            ["name"] = "default",
            ["type"] = path.Type.Split("/throughputSettings", StringSplitOptions.None)[0] + "/throughputSettings",
            ["properties"] = new JsonObject { ["resource"] = resource },
        };
    }
}
