using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>Where an export is written: a bucket of the stand-in, a folder on disk.</summary>
internal interface IExportTarget
{
    /// <summary>The file is there once the stream is disposed.</summary>
    Stream Create(string key);
}

internal sealed class BucketTarget(StandInBucket bucket) : IExportTarget
{
    public Stream Create(string key) => new BucketStream(bucket, key);

    private sealed class BucketStream(StandInBucket bucket, string key) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            // DynamoDB uploads in parts, even when there is only one: the ETag is not an MD5.
            if (disposing && CanRead) bucket.Put(new StandInObject(key, [ToArray()], isMultipart: true));
            base.Dispose(disposing);
        }
    }
}

internal sealed class FolderTarget(string root) : IExportTarget
{
    public Stream Create(string key)
    {
        string path = Path.Combine(root, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024);
    }
}
