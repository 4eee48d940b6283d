using System.Net;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Lets a request in or not: the account's key, or a token with a role.</summary>
internal sealed class AccountGate(CosmosStandInOptions options, RequestSignature signature)
{
    private const string Prefix = "Microsoft.DocumentDB/databaseAccounts/";
    private const string Items = Prefix + "sqlDatabases/containers/items/";

    internal bool DisableLocalAuth { get; set; } = options.DisableLocalAuth;

    internal void Check(StandInRequest request)
    {
        string[] parts = WebUtility.UrlDecode(request.Header("authorization") ?? "").Split('&', 3);
        if (parts is not [['t', 'y', 'p', 'e', '=', .. string type], "ver=1.0", ['s', 'i', 'g', '=', .. string sig]])
            throw Refuse(401, 0, "Required Header authorization is missing. Ensure a valid Authorization token is passed.");
        // A base64 signature may come with its plus signs decoded to spaces.
        if (type == "master") CheckKey(request, sig.Replace(' ', '+'));
        else if (type == "aad") CheckToken(request, sig);
        else throw Refuse(401, 0, $"The authorization type '{type}' is not known.");
    }

    private void CheckKey(StandInRequest request, string sig)
    {
        if (DisableLocalAuth || options.AccessControl?.AllowsKeys(options.AccountName) == false)
            throw Refuse(401, 0, "Local Authorization is disabled. Use an AAD token to authorize all requests.");
        string? date = request.Header("x-ms-date");
        if (!RequestSignature.IsTimely(date, request.Now))
            throw Refuse(403, 0, "The authorization token is not valid at the current time. Please create another token and retry.");
        if (!signature.IsValid(sig, request.Method, request.Path, date))
            throw Refuse(401, 0, "The input authorization token can't serve the request. The wrong key is being used or the expected " +
                "payload is not built as per the protocol.");
    }

    /// <summary>A token needs the right to each kind of operation in a batch, beside that which the batch itself was asked for.</summary>
    internal void CheckOperation(StandInRequest request, CosmosOperationKind kind)
    {
        if (Items + kind.ToString().ToLowerInvariant() == options.BatchAction) return;
        string[] parts = WebUtility.UrlDecode(request.Header("authorization") ?? "").Split('&', 3);
        if (parts[0] == "type=aad") CheckToken(request, parts[2]["sig=".Length..], Items + kind.ToString().ToLowerInvariant());
    }

    private void CheckToken(StandInRequest request, string token, string? operationAction = null)
    {
        if (options.AccessControl is not IAccessControl control)
            throw Refuse(401, 5008, "Provided AAD token is not accepted by this database account.");
        string[] path = request.Parts;
        // Ranges are addressed by rids, which no role's scope names: they are the account's metadata.
        bool isNamed = path.Length > 1 && path[0] == "dbs" && request.Kind != CosmosRequestKind.Ranges;
        string? database = isNamed ? path[1] : null, container = isNamed && path.Length > 3 ? path[3] : null;
        if ((operationAction ?? ActionOf(request)) is not string action)
            throw Refuse(403, 5300, $"Request blocked by Auth {options.AccountName} : The given request [{request.Method} " +
                $"/{request.Path}] cannot be authorized by AAD token in data plane. Learn more: https://aka.ms/cosmos-native-rbac.");
        AccessDecision decision = control.Decide(token, action, AccessScope.Cosmos(options.AccountName, database, container));
        if (decision.Outcome == AccessOutcome.Unauthenticated) throw Refuse(401, 5008, decision.Reason ?? "The AAD token is not valid.");
        if (!decision.IsAllowed)
        {
            string resource = database is null ? "/" : container is null ? $"dbs/{database}" : $"dbs/{database}/colls/{container}";
            throw Refuse(403, 5301, $"Request blocked by Auth {options.AccountName} : Request is blocked because principal " +
                $"[{decision.PrincipalId}] does not have required RBAC permissions to perform action [{action}] on resource " +
                $"[{resource}]. Learn more: https://aka.ms/cosmos-native-rbac.");
        }
    }

    /// <summary>Null for what no data role can allow: databases, containers and throughput are the resource manager's.</summary>
    private string? ActionOf(StandInRequest request) => (request.Kind, request.Method) switch
    {
        (CosmosRequestKind.Account or CosmosRequestKind.Ranges, _) => Prefix + "readMetadata",
        (CosmosRequestKind.Database or CosmosRequestKind.Container, "GET") => Prefix + "readMetadata",
        (CosmosRequestKind.Query or CosmosRequestKind.QueryPlan, _) => Prefix + "sqlDatabases/containers/executeQuery",
        (CosmosRequestKind.ChangeFeed, _) => Prefix + "sqlDatabases/containers/readChangeFeed",
        (CosmosRequestKind.Batch, _) => options.BatchAction,
        (CosmosRequestKind.Point, "GET") => Items + "read",
        (CosmosRequestKind.Point, "PUT") => Items + "replace",
        (CosmosRequestKind.Point, "DELETE") => Items + "delete",
        (CosmosRequestKind.Point, _) => Items + (request.IsTrue("x-ms-documentdb-is-upsert") ? "upsert" : "create"),
        _ => null,
    };

    private static RefusedException Refuse(int status, int subStatus, string message) => new(new(status, subStatus, message));
}
