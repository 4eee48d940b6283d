using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Sandbox;

/// <summary>
/// A root made anew for each Sandbox and a server certificate under it: clients that are told of the root (DYNAMOCOSMOS_CA_BUNDLE) trust
/// this Sandbox only.
/// </summary>
public sealed class SandboxCertificates : IDisposable
{
    private readonly X509Certificate2 _root;

    public SandboxCertificates()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddHours(-1), to = from.AddDays(2);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=DynamoCosmos Sandbox root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false));
        _root = rootRequest.CreateSelfSigned(from, to);

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddDnsName("*.localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 issued = request.Create(_root, from, to.AddMinutes(-1), RandomNumberGenerator.GetBytes(12));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        Server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);

        RootFile = Path.Combine(Path.GetTempPath(), $"dynamocosmos-root-{Guid.NewGuid():N}.pem");
        File.WriteAllText(RootFile, _root.ExportCertificatePem());
    }

    public X509Certificate2 Server { get; }

    /// <summary>The root's PEM file, removed on dispose.</summary>
    public string RootFile { get; }

    public void Dispose()
    {
        File.Delete(RootFile);
        Server.Dispose();
        _root.Dispose();
    }
}
