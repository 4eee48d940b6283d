using System.Globalization;
using System.Net;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Put Blob From URL and Put Block From URL: the service fetches the source itself. This one fetches from loopback only.</summary>
internal sealed class CopyCalls(BlobStandInOptions options) : IDisposable
{
    // The service takes a source URL of up to 2 KiB; one presigned with a long session token can be longer.
    private const int MaxSourceUrl = 2048;

    private readonly HttpClient _http = new(options.SourceHandler
        ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false },
        disposeHandler: options.SourceHandler is null);

    public void Dispose() => _http.Dispose();

    internal async Task PutBlobFromUrlAsync(BlobCall call, StoredContainer container, CancellationToken cancellationToken)
    {
        call.RequireEmptyBody();
        if (call.Header("x-ms-blob-type") != "BlockBlob") throw BlobError.InvalidHeader("x-ms-blob-type");
        BlobPaths.CheckBlob(call.Blob!, container.IsHierarchical);
        // Refused before anything is fetched, as the service checks the destination first.
        lock (container.Gate) BlobWrites.CheckWrite(call, container, container.Find(call.Blob!));
        BlobContent content = await FetchAsync(call, null, options.MaxPutBlobFromUrlBytes, cancellationToken);
        BlobHeaders headers = BlobHeaders.Of(call.Request, allowPlain: false);
        if (headers.ContentMd5 is { } md5 && !BlobCall.IsMd5(md5)) throw BlobError.InvalidHeader("x-ms-blob-content-md5");
        BlobWrites.Save(call, container, new()
        {
            Name = call.Blob!,
            Kind = BlobKind.BlockBlob,
            Content = content,
            Headers = headers with { ContentMd5 = headers.ContentMd5 ?? content.Md5 },
            Metadata = call.Metadata(),
        });
        call.Response.Headers.ContentMD5 = content.Md5;
    }

    internal async Task PutBlockFromUrlAsync(BlobCall call, StoredContainer container, CancellationToken cancellationToken)
    {
        call.RequireEmptyBody();
        string id = BlockCalls.CheckId(call);
        BlobPaths.CheckBlob(call.Blob!, container.IsHierarchical);
        BlobContent content = await FetchAsync(call, call.Range("x-ms-source-range"), options.MaxBlockFromUrlBytes, cancellationToken);
        if (content.Length == 0) throw CannotVerify(400, "The source is empty.", null);
        BlockCalls.Stage(call, container, id, content);
        call.Response.Headers.ContentMD5 = content.Md5;
    }

    private async Task<BlobContent> FetchAsync(BlobCall call, (long From, long? To)? range, long limit, CancellationToken cancellationToken)
    {
        string text = call.Header("x-ms-copy-source")!;
        if (call.Header("x-ms-copy-source-authorization") is not null) throw BlobError.NotStoodIn("x-ms-copy-source-authorization");
        if (text.Length > MaxSourceUrl
            || !Uri.TryCreate(text, UriKind.Absolute, out Uri? source)) throw BlobError.InvalidHeader("x-ms-copy-source");
        if (!source.IsLoopback) throw CannotVerify(500, "Could not verify the copy source within the specified time.", null);

        using HttpRequestMessage request = new(HttpMethod.Get, source);
        if (range is { } wanted) request.Headers.Range = new(wanted.From, wanted.To);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw CannotVerify(500, "Could not verify the copy source within the specified time.", null);
        }
        using (response)
        {
            HttpStatusCode expected = range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent;
            if (response.StatusCode != expected)
            {
                int status = (int)response.StatusCode;
                throw CannotVerify(status >= 400 ? status : 400, response.ReasonPhrase ?? "The source did not answer as expected.", status);
            }
            if (response.Content.Headers.ContentLength is not { } length) throw CannotVerify(409, "The source did not give its length.",
                null);
            if (length > limit) throw CannotVerify(409, $"The source is larger than {limit} bytes.", null);
            BlobContent content = await ReadAsync(response, length, cancellationToken);
            call.NoteFetched(content.Length);
            content = call.InTransit(content);
            BlobCall.CheckMd5(content, call.Header("x-ms-source-content-md5"));
            return content;
        }
    }

    private static async Task<BlobContent> ReadAsync(HttpResponseMessage response, long length, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await BlobContent.ReadAsync(stream, length, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw CannotVerify(500, "The source's connection broke.", null);
        }
    }

    private static BlobError CannotVerify(int status, string message, int? sourceStatus) => new(status, "CannotVerifyCopySource", message)
    {
        Details = sourceStatus is not { } code ? [] :
        [
            ("CopySourceStatusCode", "x-ms-copy-source-status-code", code.ToString(CultureInfo.InvariantCulture)),
            ("CopySourceErrorMessage", "x-ms-copy-source-error-message", message),
        ],
    };
}
