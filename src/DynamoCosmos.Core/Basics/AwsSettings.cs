namespace DynamoCosmos.Basics;

/// <summary>How to reach AWS. What is not given comes from the SDK's own chain (environment, profile, role of the machine).</summary>
public sealed record AwsSettings
{
    public string? ProfileName { get; init; }

    /// <summary>System name, such as <c>eu-central-1</c>.</summary>
    public string? Region { get; init; }

    public string? AccessKey { get; init; }

    public Secret? SecretKey { get; init; }

    public Secret? SessionToken { get; init; }

    /// <summary>Another endpoint for the service that is called: an emulator, a VPC endpoint.</summary>
    public Uri? EndpointUrl { get; init; }
}
