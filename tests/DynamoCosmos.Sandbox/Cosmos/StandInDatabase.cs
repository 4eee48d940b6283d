using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

internal sealed class StandInDatabase(string id, uint number)
{
    internal string Id => id;

    internal uint Number => number;

    internal ConcurrentDictionary<string, StandInContainer> Containers { get; } = new(StringComparer.Ordinal);

    /// <summary>Shared by the containers that have none of their own.</summary>
    internal StandInOffer? Offer { get; set; }

    internal string Rid
    {
        get
        {
            byte[] rid = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(rid, number);
            return StandInContainer.Base64(rid);
        }
    }

    internal string Self => $"dbs/{Rid}/";

    internal JsonObject ToJson() => new()
    {
        ["id"] = id,
        ["_rid"] = Rid,
        ["_self"] = Self,
        ["_etag"] = "\"00000000-0000-0000-0000-000000000000\"",
        ["_colls"] = "colls/",
        ["_users"] = "users/",
        ["_ts"] = 1_600_000_000,
    };
}
