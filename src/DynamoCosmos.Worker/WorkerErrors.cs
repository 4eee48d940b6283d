namespace DynamoCosmos.Worker;

/// <summary>The few errors that only the worker can find: about its own line.</summary>
internal static class WorkerErrors
{
    internal static MigrationException OptionsInvalid(string what) => new("OptionsInvalid", FailureKind.InvalidArgument, what);

    internal static MigrationException OptionMissing(Option option) => new(
        "OptionMissing", FailureKind.InvalidArgument, $"{option.Name} is missing. Give it, or set {WorkerOption.VariableOf(option.Name)}.");

    internal static MigrationException SourceUnclear() => new(
        "SourceUnclear", FailureKind.InvalidArgument, $"Give {Location.Name} for exports, or {TableName.Name} for a table: one of them.");

    internal static MigrationException OneSourceOnly() => new(
        "OneSourceOnly", FailureKind.InvalidArgument, $"This command takes one {Location.Name} at a time. Run it once for each.");
}
