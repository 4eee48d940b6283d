namespace DynamoCosmos.Azure.Control;

/// <summary>The api-version of every call to the resource manager and to Graph. Each is one that all sovereign clouds know.</summary>
internal static class ApiVersions
{
    internal const string Subscriptions = "2022-12-01";
    internal const string ResourceGraph = "2021-03-01";
    internal const string Cosmos = "2024-11-15";
    internal const string Storage = "2023-05-01";
    internal const string RoleAssignments = "2022-04-01";
    internal const string Permissions = "2022-04-01";

    /// <summary>Graph's versions stand in the path.</summary>
    internal const string Graph = "v1.0";
}
