using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>One file on its way.</summary>
/// <param name="Source">As found at its source, with its length.</param>
/// <param name="Address">At its source, for messages; holds no secret.</param>
/// <param name="TargetKey">In the lake's file system.</param>
/// <param name="Md5">Base64, from the manifest.</param>
internal sealed record FileToCopy(StoredFile Source, Uri Address, string TargetKey, string Md5);
