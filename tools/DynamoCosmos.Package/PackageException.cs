namespace DynamoCosmos.Package;

/// <summary>The folder cannot be published as it is; the message says why.</summary>
internal sealed class PackageException(string message) : Exception(message);
