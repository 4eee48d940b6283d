namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>An answer that is not success, with the service's shape. Status 0 stands for none.</summary>
internal readonly record struct StandInRefusal(int Status, int SubStatus, string Message, TimeSpan RetryAfter = default)
{
    internal static StandInRefusal None => default;

    internal bool IsNone => Status == 0;

    internal string Code => Status switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        408 => "RequestTimeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "PreconditionFailed",
        413 => "RequestEntityTooLarge",
        429 => "TooManyRequests",
        449 => "RetryWith",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    };

    internal static StandInRefusal BadRequest(string message, int subStatus = 0) => new(400, subStatus, message);

    internal static StandInRefusal NotFound(string what) =>
        new(404, 0, $"Resource Not Found. Learn more: https://aka.ms/cosmosdb-tsg-not-found ({what})");

    internal static StandInRefusal RangeGone { get; } =
        new(410, 1002, "The requested resource is no longer available at the server: partition key range is gone.");

    internal static StandInRefusal Of(CosmosFault fault) => new(fault.Status, fault.SubStatus, "Scripted fault.", fault.RetryAfter);
}

/// <summary>Carries a refusal out of the control-plane handlers, where an exception per request costs nothing that matters.</summary>
internal sealed class RefusedException(StandInRefusal refusal) : Exception(refusal.Message)
{
    internal StandInRefusal Refusal => refusal;
}
