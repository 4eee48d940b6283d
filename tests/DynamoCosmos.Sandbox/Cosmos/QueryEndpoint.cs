using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Query plans, queries by range or partition key with continuation, and the change feed.</summary>
internal sealed class QueryEndpoint(CosmosAccount account, StandInSwitches switches)
{
    // A page ends after 4 MB, or the items that were asked for; 100 where nothing is.
    private const int LargestPage = 4 * 1024 * 1024;
    private const int DefaultPage = 100;
    private const int LongestPage = 1000;

    internal StandInAnswer AnswerPlan(StandInRequest request)
    {
        account.Container(request.Parts[1], request.Parts[3]);
        SqlQuery query = Parse(request);
        bool isCount = query.Selection == SqlSelection.Count;
        string where = query.Condition.Length > 0 ? $"\nWHERE {query.Condition}" : "";
        JsonObject plan = new()
        {
            ["partitionedQueryExecutionInfoVersion"] = 2,
            ["queryInfo"] = new JsonObject
            {
                ["distinctType"] = "None",
                ["top"] = null,
                ["offset"] = null,
                ["limit"] = null,
                ["orderBy"] = new JsonArray(),
                ["orderByExpressions"] = new JsonArray(),
                ["groupByExpressions"] = new JsonArray(),
                ["groupByAliases"] = new JsonArray(),
                ["aggregates"] = isCount ? new JsonArray("Count") : new JsonArray(),
                ["groupByAliasToAggregateType"] = new JsonObject(),
                ["rewrittenQuery"] = isCount ? $"SELECT VALUE [{{\"item\": COUNT(1)}}]\nFROM {query.Source}{where}" : "",
                ["hasSelectValue"] = isCount || query.Selection == SqlSelection.Value,
                ["hasNonStreamingOrderBy"] = false,
            },
            ["queryRanges"] =
                new JsonArray(new JsonObject { ["min"] = "", ["max"] = "FF", ["isMinInclusive"] = true, ["isMaxInclusive"] = false }),
        };
        return StandInAnswer.Of(plan);
    }

    internal StandInAnswer AnswerQuery(StandInRequest request)
    {
        StandInContainer container = account.Container(request.Parts[1], request.Parts[3]);
        SqlQuery query = Parse(request);
        if (!TryRoute(request, container, out PhysicalRange? range, out EffectivePartitionKey? partitionKey)) return StandInAnswer.Of(
            StandInRefusal.RangeGone);
        KeyRange keys = KeysOf(request);
        int most = int.TryParse(request.Header("x-ms-max-item-count"), CultureInfo.InvariantCulture, out int asked) && asked > 0
            ? Math.Min(asked, LongestPage) : asked == -1 ? LongestPage : DefaultPage;
        if (query.Selection is SqlSelection.Count or SqlSelection.PartialCount) most = int.MaxValue;
        long after = ReadContinuation(request.Header("x-ms-continuation"));
        lock (range.Gate)
        {
            if (range.IsGone) return StandInAnswer.Of(StandInRefusal.RangeGone);
            if (range.Throughput.Ask(request.Now, account.PerRange(container, switches.Throttle)) is { Ticks: > 0 } wait)
                return StandInAnswer.Of(new StandInRefusal(429, 3200, "Request rate is large.", wait));
            QueryPage page = new(container, query);
            Span<StoredDocument> documents = range.Documents;
            int at = range.FirstAfter(after);
            long now = request.Now.ToUnixTimeSeconds();
            for (; at < documents.Length && page.Count < most && page.Length < LargestPage; at++)
            {
                ref StoredDocument document = ref documents[at];
                after = document.Sequence;
                if (document.IsRemoved || document.IsExpired(container.DefaultTtl, now)) continue;
                if (keys.MayHold(document.Position)) page.Consider(document, partitionKey, keys);
            }
            double charge = page.Finish();
            range.Throughput.Take(charge);
            return new()
            {
                Body = page.Body,
                Charge = charge,
                ItemCount = page.Count,
                Continuation = at < documents.Length ? $"{{\"token\":\"{after}\",\"range\":\"{range.Id}\"}}" : null,
                Session = $"{range.Id}:-1#{range.Lsn}",
            };
        }
    }

    internal StandInAnswer AnswerChangeFeed(StandInRequest request)
    {
        StandInContainer container = account.Container(request.Parts[1], request.Parts[3]);
        if (request.Header("a-im") is not "Incremental Feed") throw new RefusedException(
            StandInRefusal.BadRequest("Only the latest-version change feed is here: A-IM: Incremental Feed."));
        if (!TryRoute(request, container, out PhysicalRange? range, out EffectivePartitionKey? partitionKey)) return StandInAnswer.Of(
            StandInRefusal.RangeGone);
        KeyRange keys = KeysOf(request);
        int most = int.TryParse(request.Header("x-ms-max-item-count"), CultureInfo.InvariantCulture, out int asked) && asked > 0
            ? asked : DefaultPage;
        lock (range.Gate)
        {
            if (range.IsGone) return StandInAnswer.Of(StandInRefusal.RangeGone);
            string? since = request.Header("if-none-match");
            long lsn = since is null ? 0 : since == "*" ? range.Lsn : long.Parse(since.Trim('"'), CultureInfo.InvariantCulture);
            long earliest = DateTimeOffset.TryParse(request.Header("if-modified-since"), CultureInfo.InvariantCulture,
                out DateTimeOffset at) ? at.ToUnixTimeSeconds() : 0;
            QueryPage page = new(container, null);
            long last = lsn, now = request.Now.ToUnixTimeSeconds();
            foreach (StoredDocument document in range.ChangesAfter(lsn))
            {
                if (page.Count >= most || page.Length >= LargestPage) break;
                last = document.Lsn;
                if (document.IsExpired(container.DefaultTtl, now) || !keys.MayHold(document.Position)
                    || document.Timestamp < earliest) continue;
                page.Consider(document, partitionKey, keys);
            }
            double charge = page.Finish();
            range.Throughput.Take(charge);
            bool isEmpty = page.Count == 0;
            if (isEmpty) last = range.Lsn;
            return new()
            {
                Status = isEmpty ? 304 : 200,
                Body = isEmpty ? default : page.Body,
                Charge = charge,
                ETag = $"\"{last}\"",
                ItemCount = page.Count,
                Session = $"{range.Id}:-1#{range.Lsn}",
            };
        }
    }

    private static SqlQuery Parse(StandInRequest request)
    {
        JsonObject body = request.BodyAsObject();
        return SqlQuery.Parse((string?)body["query"] ?? "", body["parameters"] as JsonArray);
    }

    // By range id, by partition key, or by a piece of the hash space that lies in one range.
    private static bool TryRoute(StandInRequest request, StandInContainer container,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PhysicalRange? range, out EffectivePartitionKey? partitionKey)
    {
        partitionKey = null;
        if (request.Header("x-ms-documentdb-partitionkey") is { Length: > 0 } key)
            partitionKey = EffectivePartitionKey.Parse(Encoding.UTF8.GetBytes(key), out _)
                ?? throw new RefusedException(StandInRefusal.BadRequest("The partition key header is no JSON array.", 1001));
        if (request.Header("x-ms-documentdb-partitionkeyrangeid") is { Length: > 0 } id)
        {
            range = container.Range(id.Split(',')[^1]);
            return range is not null;
        }
        if (partitionKey is { } given)
        {
            range = container.RangeOf(container.PlaceOf(given));
            return true;
        }
        KeyRange keys = KeysOf(request);
        PhysicalRange[] overlapping = [.. container.Ranges.Where(keys.Overlaps)];
        range = overlapping.Length == 1 ? overlapping[0] : null;
        if (overlapping.Length > 1 && !keys.IsGiven)
            throw new RefusedException(
                StandInRefusal.BadRequest("Cross partition query is required but disabled: name a range or a partition key.", 1004));
        return range is not null;
    }

    private static KeyRange KeysOf(StandInRequest request) => new(request.Header("x-ms-start-epk"), request.Header("x-ms-end-epk"));

    private static long ReadContinuation(string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        try
        {
            return long.Parse((string)JsonNode.Parse(text)!["token"]!, CultureInfo.InvariantCulture);
        }
        catch (Exception broken) when (broken is JsonException or FormatException or ArgumentNullException or InvalidOperationException)
        {
            throw new RefusedException(StandInRefusal.BadRequest("Invalid continuation token."));
        }
    }
}
