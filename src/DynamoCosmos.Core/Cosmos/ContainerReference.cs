using System.Buffers;

namespace DynamoCosmos.Cosmos;

/// <summary>A container, or a database where the container is null, for messages.</summary>
internal sealed record ContainerReference(CosmosSettings Settings, string DatabaseName, string? ContainerName = null)
{
    private static readonly SearchValues<char> s_refused = SearchValues.Create(@"/\?#");

    public string DatabaseName { get; init; } = Checked(DatabaseName, "database");

    public string? ContainerName { get; init; } = ContainerName is null ? null : Checked(ContainerName, "container");

    public override string ToString() => $"{Settings.AccountName}/{DatabaseName}" + (ContainerName is null ? "" : $"/{ContainerName}");

    private static string Checked(string name, string what) =>
        name.AsSpan().IndexOfAny(s_refused) >= 0 || name.EndsWith(' ') ? throw CosmosErrors.NameInvalid(what, name) : name;

    /// <summary>Several containers of one database, where one is named else.</summary>
    internal static string Join(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"({string.Join(", ", names)})";
}
