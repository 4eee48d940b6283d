using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Basics;

/// <summary>
/// The HTTP handlers of every SDK client. <c>DYNAMOCOSMOS_CA_BUNDLE</c> names a PEM file of further roots to trust, as AWS_CA_BUNDLE and
/// REQUESTS_CA_BUNDLE do for other tools: networks that inspect TLS need it, and so do the stand-ins of the tests.
/// </summary>
internal static class CloudHttp
{
    internal const string BundleVariable = "DYNAMOCOSMOS_CA_BUNDLE";

    /// <param name="maxConnections">Per server; 0 leaves the runtime's default (no limit).</param>
    internal static SocketsHttpHandler CreateHandler(int maxConnections = 0)
    {
        SocketsHttpHandler handler = new()
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        if (maxConnections > 0) handler.MaxConnectionsPerServer = maxConnections;
        if (Environment.GetEnvironmentVariable(BundleVariable) is { Length: > 0 } path)
        {
            X509Certificate2Collection roots = [];
            roots.ImportFromPemFile(path);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, roots);
        }
        return handler;
    }

    // The system's verdict stands wherever it is yes; the bundle only adds roots, and never forgives a name that does not match.
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new(certificate));
    }
}
