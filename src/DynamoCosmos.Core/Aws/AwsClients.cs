using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Aws;

/// <summary>SDK clients by the user's settings. What the settings leave open, the SDK's own chain decides.</summary>
internal sealed class AwsClients : IDisposable
{
    // HTTP 5xx, throttling and broken connections, with the SDK's own backoff between tries: some ten seconds where somebody waits for an
    // answer, some thirty for the files of a run that has better be slow than broken.
    private const int DynamoRetries = 4, S3Retries = 6;

    // Any region can be asked for a bucket's own region.
    private const string RegionToAskFirst = "us-east-1";

    private readonly AwsHttp _http;
    private readonly AWSCredentials? _credentials;
    private readonly Lazy<AmazonDynamoDBClient> _dynamo;
    private readonly Lazy<ScanClient> _scan;
    private readonly SharedClients<string, S3Connection> _buckets = new();

    /// <exception cref="MigrationException">AwsKeyIncomplete, AwsProfileNotFound, AwsProfileNotUsable.</exception>
    /// <param name="http">Not disposed with the clients.</param>
    internal AwsClients(AwsSettings settings, AwsHttp http)
    {
        Settings = settings;
        _http = http;
        ProfileSignIn profiles = new();
        CredentialProfile? named = settings.ProfileName is null ? null : profiles.Find(settings.ProfileName);
        Region = settings.Region ?? named?.Region?.SystemName ?? FallbackRegionFactory.GetRegionEndpoint()?.SystemName;
        _dynamo = new(CreateDynamo);
        _scan = new(CreateScan);
        _credentials = ExplicitCredentials(settings);
        if (_credentials is not null) return;
        if ((named ?? profiles.FindAmbient()) is CredentialProfile profile) _credentials = profiles.SignIn(profile, Region);
    }

    internal AwsSettings Settings { get; }

    /// <summary>Null where nobody named one.</summary>
    internal string? Region { get; }

    /// <exception cref="MigrationException">AwsRegionMissing.</exception>
    internal AmazonDynamoDBClient Dynamo => _dynamo.Value;

    /// <exception cref="MigrationException">AwsRegionMissing.</exception>
    internal ScanClient Scan => _scan.Value;

    /// <summary>What the temporary credentials in use are good for; null for lasting ones, and where nobody knows.</summary>
    internal DateTimeOffset? CredentialsExpireAt =>
        _credentials?.Expiration is DateTime time ? new DateTimeOffset(time.ToUniversalTime()) : null;

    /// <summary>The connection to a bucket, which all who read or write there share.</summary>
    internal S3Connection Bucket(string name) => _buckets.Get(name, () => new(this, name));

    /// <param name="region">The bucket's own, once it is known.</param>
    internal AmazonS3Client CreateS3(string? region = null)
    {
        AmazonS3Config config = new();
        Apply(config, region ?? Region ?? RegionToAskFirst, S3Retries);
        if (Settings.EndpointUrl is not null)
        {
            // Other makes of S3 know neither buckets as host names nor the newer checksums.
            config.ForcePathStyle = true;
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        return _credentials is null ? new(config) : new(_credentials, config);
    }

    public void Dispose()
    {
        _buckets.Dispose();
        if (_scan.IsValueCreated) _scan.Value.Dispose();
        if (_dynamo.IsValueCreated) _dynamo.Value.Dispose();
    }

    private AmazonDynamoDBClient CreateDynamo()
    {
        AmazonDynamoDBConfig config = CreateDynamoConfig();
        return _credentials is null ? new(config) : new(_credentials, config);
    }

    private ScanClient CreateScan()
    {
        AmazonDynamoDBConfig config = CreateDynamoConfig();
        return _credentials is null ? new(config) : new(_credentials, config);
    }

    private AmazonDynamoDBConfig CreateDynamoConfig()
    {
        AmazonDynamoDBConfig config = new();
        Apply(config, Region ?? throw DynamoErrors.RegionMissing(), DynamoRetries);
        return config;
    }

    private void Apply(ClientConfig config, string region, int retries)
    {
        config.HttpClientFactory = _http;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = retries;
        if (Settings.EndpointUrl is Uri endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
    }

    private static AWSCredentials? ExplicitCredentials(AwsSettings settings)
    {
        if (settings.AccessKey is null && settings.SecretKey is null && settings.SessionToken is null) return null;
        if (settings.AccessKey is null || settings.SecretKey is null) throw DynamoErrors.KeyIncomplete();
        return settings.SessionToken is Secret token
            ? new SessionAWSCredentials(settings.AccessKey, settings.SecretKey.Reveal(), token.Reveal())
            : new BasicAWSCredentials(settings.AccessKey, settings.SecretKey.Reveal());
    }
}
