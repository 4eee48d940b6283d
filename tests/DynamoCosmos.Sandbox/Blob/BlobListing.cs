using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>List Blobs and List Containers: prefix, delimiter, pages.</summary>
internal static class BlobListing
{
    internal static XDocument ListContainers(BlobCall call, StoredAccount account, Uri endpoint)
    {
        string prefix = call.Query("prefix") ?? "";
        IEnumerable<XElement> containers = account.Containers
            .Where(container => container.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(container => new XElement("Container", new XElement("Name", container.Name),
                new XElement("Properties", Time("Last-Modified", container.LastModified), new XElement("Etag", container.ETag),
                    new XElement("LeaseStatus", "unlocked"), new XElement("LeaseState", "available"))));
        return new(new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", endpoint.AbsoluteUri),
            new XElement("Prefix", prefix), new XElement("Containers", containers), new XElement("NextMarker")));
    }

    internal static XDocument ListBlobs(BlobCall call, StoredContainer container, Uri endpoint, int maxResults)
    {
        string prefix = call.Query("prefix") ?? "";
        string? delimiter = call.Query("delimiter");
        if (delimiter is not (null or "/")) throw BlobError.NotStoodIn("delimiters other than a slash");
        int wanted = maxResults;
        if (call.Query("maxresults") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int asked)
                || asked < 1) throw BlobError.InvalidQuery("maxresults");
            wanted = Math.Min(asked, maxResults);
        }
        string? after = call.Query("marker") is { } marker ? FromMarker(marker) : null;
        bool withMetadata = (call.Query("include") ?? "").Split(',').Contains("metadata", StringComparer.OrdinalIgnoreCase);

        XElement blobs = new("Blobs");
        string next = "";
        string? last = null;
        int count = 0;
        lock (container.Gate)
        {
            foreach (StoredBlob blob in container.Blobs)
            {
                if (!blob.Name.StartsWith(prefix, StringComparison.Ordinal)) continue;
                string entry = Entry(blob, prefix, delimiter);
                if (entry == last) continue;
                if (after is not null && Compare(container, entry, after) <= 0) continue;
                if (count == wanted)
                {
                    next = ToMarker(last!);
                    break;
                }
                last = entry;
                count++;
                blobs.Add(entry.Length == blob.Name.Length && !entry.EndsWith('/')
                    ? Describe(blob, container, withMetadata)
                    : new XElement("BlobPrefix", Named(entry)));
            }
        }
        return new(new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", endpoint.AbsoluteUri),
            new XAttribute("ContainerName", container.Name),
            new XElement("Prefix", prefix), new XElement("Marker", call.Query("marker")), new XElement("MaxResults", wanted),
            delimiter is null ? null : new XElement("Delimiter", delimiter), blobs, new XElement("NextMarker", next)));
    }

    private static int Compare(StoredContainer container, string left, string right) =>
        container.IsHierarchical ? BlobPaths.HierarchicalOrder.Compare(left, right) : string.CompareOrdinal(left, right);

    // With a delimiter a directory of a hierarchical account is shown as the prefix of what lies in it, not as a blob.
    private static string Entry(StoredBlob blob, string prefix, string? delimiter)
    {
        if (delimiter is null) return blob.Name;
        int slash = blob.Name.IndexOf('/', prefix.Length);
        return slash >= 0 ? blob.Name[..(slash + 1)] : blob.IsDirectory ? blob.Name + "/" : blob.Name;
    }

    private static XElement Describe(StoredBlob blob, StoredContainer container, bool withMetadata)
    {
        DateTimeOffset now = container.Now;
        XElement properties = new("Properties",
            Time("Creation-Time", blob.Created), Time("Last-Modified", blob.LastModified),
            // Listings show ETags without their quotes.
            new XElement("Etag", blob.ETag.Trim('"')),
            container.IsHierarchical ? new XElement("ResourceType", blob.IsDirectory ? "directory" : "file") : null,
            new XElement("Content-Length", blob.Content.Length), new XElement("Content-Type", blob.Headers.ContentType),
            new XElement("Content-Encoding", blob.Headers.ContentEncoding), new XElement("Content-Language", blob.Headers.ContentLanguage),
            new XElement("Content-MD5", blob.Headers.ContentMd5), new XElement("Cache-Control", blob.Headers.CacheControl),
            new XElement("BlobType", blob.Kind), new XElement("LeaseStatus", blob.Lease.IsLocked(now) ? "locked" : "unlocked"),
            new XElement("LeaseState", blob.Lease.State(now)), new XElement("ServerEncrypted", "true"));
        XElement? metadata = !withMetadata ? null : new("Metadata", blob.Metadata.Select(pair => new XElement(pair.Key, pair.Value)));
        return new("Blob", Named(blob.Name), properties, metadata, new XElement("OrMetadata"));
    }

    // Characters that XML 1.0 cannot hold make the service encode the name and say so.
    private static XElement Named(string name) =>
        name.All(c => c is >= ' ' or '\t' and not ('\uFFFE' or '\uFFFF'))
            ? new("Name", name)
            : new("Name", new XAttribute("Encoded", "true"), Uri.EscapeDataString(name));

    private static XElement Time(string name, DateTimeOffset time) => new(name, time.ToString("R", CultureInfo.InvariantCulture));

    private static string ToMarker(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes("2!" + name));

    private static string FromMarker(string marker)
    {
        Span<byte> bytes = new byte[marker.Length];
        if (!Convert.TryFromBase64String(marker, bytes, out int written)) throw BlobError.InvalidQuery("marker");
        string text = Encoding.UTF8.GetString(bytes[..written]);
        return text.StartsWith("2!", StringComparison.Ordinal) ? text[2..] : throw BlobError.InvalidQuery("marker");
    }
}
