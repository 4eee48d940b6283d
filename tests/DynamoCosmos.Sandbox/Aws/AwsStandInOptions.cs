using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Sandbox.Aws;

public sealed record AwsStandInOptions
{
    public const string DefaultAccessKey = "AKIASANDBOX000000001";
    public const string DefaultSecretKey = "sandbox/secret+key/that/is/forty/chars+x";

    /// <summary>The one region that this endpoint is.</summary>
    public string Region { get; init; } = "eu-central-1";

    public string AccountId { get; init; } = "123456789012";

    /// <summary>The keys it knows. The default key may do everything.</summary>
    public IReadOnlyList<AwsCredential> Credentials { get; init; } = [new(DefaultAccessKey, DefaultSecretKey)];

    /// <summary>
    /// The clock of tables, recovery windows and exports. Signatures and tokens are always checked against the real clock, as the clients
    /// make them.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long an export is IN_PROGRESS, by <see cref="Time"/>.</summary>
    public TimeSpan ExportDuration { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long after UpdateContinuousBackups recovery is reported as ENABLED, by <see cref="Time"/>.</summary>
    public TimeSpan RecoveryDelay { get; init; }

    /// <summary>Data files of an export that hold items; one empty file comes on top, as of an empty partition.</summary>
    public int DataFiles { get; init; } = 4;

    public int Port { get; init; }

    /// <summary>Serves https with it.</summary>
    public X509Certificate2? Certificate { get; init; }
}
