namespace DynamoCosmos.Model;

/// <summary>
/// What a command would do, found out by reading only. Carrying it out is a second step, so that WhatIf and a run that finds all in place
/// send no write.
/// </summary>
/// <param name="Target">What would change, for ShouldProcess.</param>
/// <param name="Action">How, for ShouldProcess; null where nothing needs to.</param>
/// <param name="Current">What is there now; null where nothing is.</param>
public sealed record AccessPlan<T>(string Target, string? Action, T? Current, Func<CancellationToken, Task<T>> Apply) where T : class
{
    public bool IsChange => Action is not null;
}
