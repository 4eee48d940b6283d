using Xunit;

namespace DynamoCosmos.RealServers;

/// <summary>A real program that tests need.</summary>
public enum RealServer
{
    DynamoDBLocal,
    Ceph,
    Azurite,
    Chromium,
    AzureCli,
    Tmux,
}

/// <summary>A test that needs real servers. Where nothing may be installed and one is missing, the test is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealServerFactAttribute : FactAttribute
{
    public RealServerFactAttribute(params RealServer[] servers) =>
        Skip = servers.Select(Installation.WhyUnavailable).FirstOrDefault(static why => why is not null);
}

/// <inheritdoc cref="RealServerFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealServerTheoryAttribute : TheoryAttribute
{
    public RealServerTheoryAttribute(params RealServer[] servers) =>
        Skip = servers.Select(Installation.WhyUnavailable).FirstOrDefault(static why => why is not null);
}

/// <summary>What has to be on the machine for a server.</summary>
/// <param name="Commands">Programs on the PATH.</param>
/// <param name="NpmPackage">Null for a server that comes from Debian alone.</param>
internal sealed record ServerNeeds(IReadOnlyList<string> Commands, string? NpmPackage = null, string? NpmVersion = null)
{
    internal static ServerNeeds Of(RealServer server) => server switch
    {
        RealServer.DynamoDBLocal => new(["java"], DynamoDBLocal.Package, DynamoDBLocal.Version),
        RealServer.Ceph => new(RadosGateway.Commands),
        RealServer.Azurite => new(["node"], Azurite.Package, Azurite.Version),
        RealServer.Chromium => new(["chromium"]),
        RealServer.AzureCli => new(["az"]),
        RealServer.Tmux => new(["tmux"]),
        _ => throw new ArgumentOutOfRangeException(nameof(server)),
    };
}
