using System.Net;
using DynamoCosmos.Basics;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Core.Tests.Aws;

internal static class StandInSettings
{
    /// <summary>The settings of a user of the stand-in.</summary>
    internal static AwsSettings Settings(this AwsStandIn aws, string? accessKey = null, string? secretKey = null, string? token = null,
        string? region = null) => new()
        {
            AccessKey = accessKey ?? AwsStandInOptions.DefaultAccessKey,
            SecretKey = Secret(secretKey ?? AwsStandInOptions.DefaultSecretKey),
            SessionToken = token is null ? null : Secret(token),
            Region = region ?? aws.Options.Region,
            EndpointUrl = aws.Endpoint,
        };

    private static Secret Secret(string text) => global::DynamoCosmos.Basics.Secret.From(new NetworkCredential("", text).SecurePassword)!;
}
