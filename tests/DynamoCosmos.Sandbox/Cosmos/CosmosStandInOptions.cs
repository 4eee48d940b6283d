using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>How a <see cref="CosmosStandIn"/> begins.</summary>
public sealed record CosmosStandInOptions
{
    public string AccountName { get; init; } = "sandboxcosmos";

    /// <summary>Base64, 64 bytes as the service makes them; a new one for each stand-in.</summary>
    public string AccountKey { get; init; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Serves https with it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Decides ttl, throttling windows and whether a signature's date is near enough.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Decides about tokens; without it every token is refused.</summary>
    public IAccessControl? AccessControl { get; init; }

    /// <summary>Begins with the account's key switched off.</summary>
    public bool DisableLocalAuth { get; init; }

    /// <summary>False keeps a hash and the length of each document only, for loads of millions; reading one is then an error.</summary>
    public bool KeepDocuments { get; init; } = true;

    /// <summary>False lets everything pass, whatever the throughput.</summary>
    public bool Throttle { get; init; } = true;

    /// <summary>How ranges count what they may serve.</summary>
    public ThrottleModel ThrottleModel { get; init; }

    /// <summary>Seconds that a new range has been idle for when it is made, for the models that remember them.</summary>
    public double SavedSeconds { get; init; }

    /// <summary>
    /// Shares of the hash space that the ranges of a new container have, in place of equal ones: the load is skewed by them, since
    /// throughput is not.
    /// </summary>
    public IReadOnlyList<double>? RangeShares { get; init; }

    /// <summary>An account without throughput settings: offers are refused.</summary>
    public bool Serverless { get; init; }

    /// <summary>
    /// The data action that a batch asks for, beside those of its operations. What the service asks for is not documented.
    /// </summary>
    public string BatchAction { get; init; } = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert";

    /// <summary>Physical ranges of a new container; null derives them from its throughput as the service does.</summary>
    public int? InitialRanges { get; init; }

    /// <summary>Added to every answer of the data plane.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How long the index takes to follow a changed policy.</summary>
    public TimeSpan IndexTransformationTime { get; init; }

    /// <summary>How long a raise beyond 10,000 RU/s per range stays pending while ranges split.</summary>
    public TimeSpan ThroughputChangeTime { get; init; }

    /// <summary>The request log keeps this many of the latest.</summary>
    public int RequestLogLimit { get; init; } = 10_000;
}
