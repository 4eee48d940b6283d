using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Work;

namespace DynamoCosmos.Parameters;

/// <summary>What cmdlets that plan, ask and then change have in common.</summary>
internal static class Plans
{
    /// <summary>For a script that returns nothing for any item, which is hardly meant.</summary>
    internal static string LeftOut(long items, string what) =>
        $"{what}: all {Units.Count(items)} items were left out by -Transform, -Where or their expiry. A script keeps a document by " +
            $"returning it, as {{ $_ }} and {{ param($Document) $Document }} do.";

    /// <summary>A failure is that of one object of the pipeline: it is written, and those after it go on.</summary>
    internal static async Task<T?> TryAsync<T>(CommandOutput output, Func<Task<T>> work, CancellationToken stop) where T : class
    {
        try
        {
            return await work();
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
            return null;
        }
    }
}

/// <summary>For cmdlets about one Cosmos DB account, found by its name.</summary>
public abstract class CosmosAccountCommand : AzureSignInCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public virtual string AccountName { get; set; } = "";

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? SubscriptionId { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ResourceGroup { get; set; }

    protected AccountReference Account => new(AccountName, SubscriptionId, ResourceGroup);

    /// <summary>Where the account may be named by its endpoint alone.</summary>
    protected AccountReference AccountOf(Cosmos.CosmosSettings settings) => new(settings.AccountName, SubscriptionId, ResourceGroup);

    /// <summary>Reads what there is; if something has to change, asks, and then changes it.</summary>
    /// <returns>What is there now or afterwards; null where the change was not wanted, or failed.</returns>
    protected T? Carry<T>(Func<CancellationToken, Task<AccessPlan<T>>> plan, Func<ProgressRecord?>? progress = null) where T : class =>
        Carry((_, stop) => plan(stop), progress);

    /// <inheritdoc cref="Carry{T}(Func{CancellationToken, Task{AccessPlan{T}}}, Func{ProgressRecord?}?)"/>
    protected T? Carry<T>(Func<IRunMessages, CancellationToken, Task<AccessPlan<T>>> plan, Func<ProgressRecord?>? progress = null) where T
        : class
    {
        AccessPlan<T>? found = Await((output, stop) => Plans.TryAsync(output, () => plan(output, stop), stop), progress);
        if (found is null) return null;
        if (!found.IsChange)
        {
            WriteVerbose($"{found.Target}: is as wanted, nothing to change.");
            return found.Current;
        }
        if (!ShouldProcess(found.Target, found.Action)) return null;
        return Await((output, stop) => Plans.TryAsync(output, () => found.Apply(stop), stop), progress);
    }
}

/// <summary>For cmdlets about one account that look principals up.</summary>
public abstract class PrincipalCommand : CosmosAccountCommand
{
    [Parameter]
    public Uri? GraphEndpoint { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { GraphEndpoint = GraphEndpoint };
}
