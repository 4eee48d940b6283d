using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// Long-running operations: 202 with Azure-AsyncOperation, Location and Retry-After; the change happens when the operation's time has come,
/// and an operation ends when its change has settled.
/// </summary>
internal sealed class ArmOperations(ResourceManagerOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Operation> _all = new();

    /// <param name="change">Applies it; a fault makes the operation fail.</param>
    /// <param name="result">The resource afterwards; null for none.</param>
    /// <param name="isSettled">False while the change is applied but not yet in force.</param>
    internal ControlAnswer Start(string callerId, Action change, Func<JsonNode?> result, Func<bool>? isSettled = null)
    {
        if (options.OperationTime <= TimeSpan.Zero)
        {
            change();
            if (isSettled is null || isSettled()) return result() is { } body ? new(200, body) : new(204);
            change = static () => { };
        }
        string id = Guid.NewGuid().ToString();
        _all[id] = new(callerId, time.GetUtcNow() + options.OperationTime, change, result, isSettled ?? (static () => true));
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
            throw ControlFault.Of(404, "NotFound", $"The operation '{id}' could not be found.");
        bool isDone = operation.IsDone;
        if (path.Type.EndsWith("/operationsStatus", StringComparison.OrdinalIgnoreCase))
        {
            if (isDone && operation.Fault is { } fault)
                return new(200, new JsonObject { ["status"] = "Failed", ["error"] = fault.Answer.Body!["error"]!.DeepClone() });
            return new(200, new JsonObject { ["status"] = isDone ? "Succeeded" : "Dequeued" }, isDone ? null : Headers(id));
        }
        if (!isDone) return new(202, new JsonObject { ["status"] = "Dequeued" }, Headers(id));
        if (operation.Fault is not null) throw operation.Fault;
        return operation.Result() is { } body ? new(200, body) : new(204);
    }

    internal Uri? Endpoint { get; set; }

    private (string, string)[] Headers(string id)
    {
        string root = $"{Endpoint}subscriptions/{options.SubscriptionId}/providers/Microsoft.DocumentDB/locations/{options.Location}";
        return
        [
            ("Azure-AsyncOperation", $"{root}/operationsStatus/{id}?api-version=2024-11-15"),
            ("Location", $"{root}/operationResults/{id}?api-version=2024-11-15"),
            ("Retry-After", options.RetryAfterSeconds.ToString()),
        ];
    }

    private sealed class Operation(string callerId, DateTimeOffset readyAt, Action change, Func<JsonNode?> result, Func<bool> isSettled)
    {
        private readonly Lock _gate = new();
        private bool _applied;

        internal string CallerId => callerId;

        internal Func<JsonNode?> Result => result;

        internal ControlFault? Fault { get; private set; }

        internal bool IsDone => _applied && (Fault is not null || isSettled());

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
                    Fault = ControlFault.Of(refused.Refusal.Status, refused.Refusal.Code, refused.Refusal.Message);
                }
                _applied = true;
            }
        }
    }
}
