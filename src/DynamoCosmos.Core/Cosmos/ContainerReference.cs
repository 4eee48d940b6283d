namespace DynamoCosmos.Cosmos;

/// <summary>A container, or a database where the container is null, for messages.</summary>
internal sealed record ContainerReference(CosmosSettings Settings, string DatabaseName, string? ContainerName = null)
{
    public override string ToString() => $"{Settings.AccountName}/{DatabaseName}" + (ContainerName is null ? "" : $"/{ContainerName}");

    /// <summary>Several containers of one database, where one is named else.</summary>
    internal static string Join(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"({string.Join(", ", names)})";
}
