using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// Long-running operations: every change is answered with 202, Azure-AsyncOperation and Location, and happens when the operation's time has
/// come. A change that is refused fails the operation, whose state always comes with 200. An operation ends when its change has settled.
/// While one runs, its account is locked: another change of it is refused.
/// </summary>
internal sealed class ArmOperations(ResourceManagerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Operation> _all = new();

    /// <param name="account">The account that is locked until the change is made.</param>
    /// <param name="change">Applies it; a fault makes the operation fail.</param>
    /// <param name="result">The resource afterwards; null for none.</param>
    /// <param name="isSettled">False while the change is applied but not yet in force.</param>
    internal ControlAnswer Start(
        ArmCosmosAccount account, TenantPrincipal caller, Action change, Func<JsonNode?> result, Func<bool>? isSettled = null)
    {
        if (_all.Values.Any(running => running.Account == account.Name && !running.IsApplied))
        {
            throw ControlFault.OfCosmos(412, "PreconditionFailed",
                $"There is another user operation in progress which requires an exclusive lock on account {account.Name}. " +
                "Please retry after sometime.");
        }
        string id = Guid.NewGuid().ToString();
        DateTimeOffset readyAt = time.GetUtcNow() + options.OperationTime;
        _all[id] = new(account.Name, caller.ObjectId, readyAt, change, result, isSettled ?? (static () => true));
        return new(202, new JsonObject { ["status"] = "Enqueued" }, Headers(id));
    }

    /// <summary>Applies every change whose time has come.</summary>
    internal void Settle()
    {
        foreach (Operation operation in _all.Values) operation.Apply(time.GetUtcNow());
    }

    /// <summary>GET …/operationsStatus/{id} tells the state, GET …/operationResults/{id} the result.</summary>
    internal ControlAnswer Answer(ArmPath path, TenantPrincipal caller)
    {
        string id = path.Names[^1];
        if (!_all.TryGetValue(id, out Operation? operation) || operation.CallerId != caller.ObjectId)
            throw ControlFault.OfCosmos(404, "NotFound", $"The operation '{id}' could not be found.");
        bool isDone = operation.IsDone;
        if (path.Type.EndsWith("/operationsStatus", StringComparison.OrdinalIgnoreCase))
        {
            if (isDone && operation.Fault is { } fault)
                return new(200, new JsonObject { ["status"] = "Failed", ["error"] = fault.Error });
            return new(200, new JsonObject { ["status"] = isDone ? "Succeeded" : "Dequeued" }, isDone ? null : Headers(id));
        }
        if (!isDone) return new(202, new JsonObject { ["status"] = "Dequeued" }, Headers(id));
        if (operation.Fault is not null) throw operation.Fault;
        return operation.Result() is { } body ? new(200, body) : new(204);
    }

    internal Uri? Endpoint { get; set; }

    // The service does not say when to ask again, unless a test wants it to.
    private (string, string)[] Headers(string id)
    {
        string root = $"{Endpoint}subscriptions/{options.SubscriptionId}/providers/Microsoft.DocumentDB/locations/{options.Location}";
        (string, string)[] addresses =
        [
            ("Azure-AsyncOperation", $"{root}/operationsStatus/{id}?api-version=2024-11-15"),
            ("Location", $"{root}/operationResults/{id}?api-version=2024-11-15"),
        ];
        return options.RetryAfterSeconds is int seconds ? [.. addresses, ("Retry-After", seconds.ToString())] : addresses;
    }

    private sealed class Operation(
        string account, string callerId, DateTimeOffset readyAt, Action change, Func<JsonNode?> result, Func<bool> isSettled)
    {
        private readonly Lock _gate = new();
        private bool _applied;

        internal string Account => account;

        internal string CallerId => callerId;

        internal bool IsApplied { get { lock (_gate) return _applied; } }

        internal Func<JsonNode?> Result => result;

        internal ControlFault? Fault { get; private set; }

        internal bool IsDone => IsApplied && (Fault is not null || isSettled());

        internal void Apply(DateTimeOffset now)
        {
            lock (_gate)
            {
                if (_applied || now < readyAt) return;
                try
                {
                    change();
                }
                catch (ControlFault fault)
                {
                    Fault = fault;
                }
                catch (Cosmos.RefusedException refused)
                {
                    Fault = ControlFault.OfCosmos(refused.Refusal);
                }
                _applied = true;
            }
        }
    }
}
