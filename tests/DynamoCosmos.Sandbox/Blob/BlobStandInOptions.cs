using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>What a <see cref="BlobStandIn"/> is to be. Limits are the service's own; tests lower them to see what lies beyond.</summary>
public sealed record BlobStandInOptions
{
    public IReadOnlyList<BlobAccount> Accounts { get; init; } = [new("lake", IsHierarchical: true), new("flat")];

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Serves https; null serves http, where no bearer token is taken.</summary>
    public X509Certificate2? Certificate { get; init; }

    public IAccessControl? Access { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Put Blob From URL takes 5,000 MiB.</summary>
    public long MaxPutBlobFromUrlBytes { get; init; } = 5000L << 20;

    /// <summary>Put Block From URL takes 4,000 MiB.</summary>
    public long MaxBlockFromUrlBytes { get; init; } = 4000L << 20;

    /// <summary>Put Blob takes 5,000 MiB, Put Block 4,000 MiB. A stand-in keeps bodies in memory, so this is far lower.</summary>
    public long MaxBodyBytes { get; init; } = 512L << 20;

    /// <summary>Most entries of one page of a listing; the service gives up to 5,000.</summary>
    public int MaxListResults { get; init; } = 5000;

    /// <summary>
    /// How sources of copies are reached, for those on https under a root of their own. The stand-in fetches loopback addresses only.
    /// </summary>
    public HttpMessageHandler? SourceHandler { get; init; }
}

/// <param name="IsHierarchical">With a hierarchical namespace ("Data Lake Storage Gen2").</param>
public sealed record BlobAccount(string Name, bool IsHierarchical = false)
{
    /// <summary>Base64 of 64 bytes, as the service makes them.</summary>
    public string Key { get; init; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
}
