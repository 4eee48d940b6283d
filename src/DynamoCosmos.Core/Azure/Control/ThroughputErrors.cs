using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Control;

/// <summary>What can go wrong with throughput.</summary>
internal static class ThroughputErrors
{
    internal static MigrationException NotAMultiple(ThroughputMode mode, int value, int step)
    {
        int below = value / step * step;
        return new("ThroughputNotAMultiple", FailureKind.InvalidArgument,
            $"{value} RU/s is not a multiple of {step}, as {Word(mode)} throughput has to be. Give {below} or {below + step}.", value);
    }

    internal static MigrationException BelowFloor(ThroughputMode mode, int value, int least) =>
        new("ThroughputBelowMinimum", FailureKind.LimitsExceeded,
            $"{value} RU/s is below the least {Word(mode)} throughput of any container, {least} RU/s. Give {least} or more.", value);

    internal static MigrationException BelowMinimum(string name, ThroughputMode mode, int value, int minimum) =>
        new("ThroughputBelowMinimum", FailureKind.LimitsExceeded,
            $"{name} cannot be set to {value} RU/s: its minimum is {minimum} RU/s " +
                $"{(mode == ThroughputMode.Autoscale ? "of autoscale maximum " : "")}now. The minimum follows from the data stored and " +
                "from the highest throughput it ever had " +
            $"({(mode == ThroughputMode.Autoscale ? "a tenth" : "a hundredth")} of it). Give {minimum} or more; to go lower, change to " +
                $"{(mode == ThroughputMode.Autoscale ? "manual throughput, or " : "")}a container of its own.", name);

    internal static MigrationException Serverless(string account) =>
        new(FailureCode.ThroughputServerless, FailureKind.InvalidOperation,
            $"Account '{account}' is serverless: it has no throughput to read or set, manual or autoscale. Leave the throughput " +
                "parameters out; a serverless container serves what is asked of it.", account);

    /// <summary>The service itself refused a throughput, when a container was to be made with one.</summary>
    internal static MigrationException ServerlessRefused(string said, Exception inner) =>
        new(FailureCode.ThroughputServerless, FailureKind.InvalidOperation,
            $"The account is serverless: it has no throughput to read or set, manual or autoscale ({said.TrimEnd('.')}). " +
            "Leave the throughput parameters out.", null, inner);

    internal static MigrationException NoOwnThroughput(string name, bool isContainer) =>
        new(FailureCode.ThroughputNotDedicated, FailureKind.InvalidOperation, isContainer
            ? $"{name} has no throughput of its own: it shares its database's. Leave {Setting.ContainerName} out to read or set the " +
                "database's."
            : $"The database {name} has no shared throughput; its containers have their own. Give {Setting.ContainerName}.", name);

    internal static MigrationException TooManyChanges(string name, Exception inner) =>
        new("ThroughputChangesTooMany", FailureKind.Throttled,
            $"The throughput of {name} was changed too often: the service allows 25 changes in 5 minutes. Wait 5 minutes and run again; " +
                "change it before and after a load, not during it.", name, inner);

    internal static MigrationException ModeNeedsResourceManager(string name, ThroughputMode mode) =>
        new("ThroughputModeNeedsSignIn", FailureKind.NotSupported,
            $"{name} cannot be changed to {Word(mode)} throughput by the account's key. Leave {Setting.AccountKey} out and sign in with " +
                "Entra ID, so that it goes through the resource manager.", name);

    private static string Word(ThroughputMode mode) => mode == ThroughputMode.Manual ? "manual" : "autoscale";
}
