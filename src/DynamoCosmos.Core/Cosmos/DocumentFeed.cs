using System.Buffers;
using System.Text.Json;
using DynamoCosmos.Migration;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>The documents of one range, page by page. A page that fails can be asked for again.</summary>
internal sealed class DocumentFeed(Container container, DocumentRange range) : IDisposable
{
    // A page holds at most 4 MB whatever is asked for; so many documents keep it near 1 MB for usual ones, and memory with it.
    private const int PageSize = 1000;

    private static readonly QueryDefinition s_all = new("SELECT * FROM c");

    private readonly FeedRange _range = FeedRange.FromJsonString($$$"""{"Range":{"min":"{{{range.Min}}}","max":"{{{range.Max}}}"}}""");
    private FeedIterator? _pages;
    private string? _continuation;

    internal bool IsDone { get; private set; }

    internal async Task<DocumentPage> ReadPageAsync(CancellationToken cancellationToken)
    {
        _pages ??= container.GetItemQueryStreamIterator(_range, s_all, _continuation, new() { MaxItemCount = PageSize, MaxConcurrency = 1 });
        try
        {
            using ResponseMessage response = await _pages.ReadNextAsync(cancellationToken).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            DocumentPage page = await TakeAsync(response, cancellationToken).ConfigureAwait(false);
            _continuation = response.ContinuationToken;
            IsDone = !_pages.HasMoreResults;
            return page;
        }
        catch
        {
            // An iterator that has failed may believe that it is at its end: another goes on from the last page that was good.
            _pages.Dispose();
            _pages = null;
            throw;
        }
    }

    public void Dispose() => _pages?.Dispose();

    /// <summary>The page's text outlives the response in a buffer of its own.</summary>
    private static async Task<DocumentPage> TakeAsync(ResponseMessage response, CancellationToken cancellationToken)
    {
        Stream content = response.Content;
        PageBuffer buffer = new((int)content.Length);
        try
        {
            await content.ReadExactlyAsync(buffer.Memory, cancellationToken).ConfigureAwait(false);
            return new(buffer.Memory[FindDocuments(buffer.Memory.Span)..], response.Headers.RequestCharge, buffer);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    // {"_rid":"…","Documents":[…],"_count":n}
    private static int FindDocuments(ReadOnlySpan<byte> text)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isFound = reader.ValueTextEquals("Documents"u8);
            reader.Read();
            if (isFound) return (int)reader.TokenStartIndex;
            reader.Skip();
        }
        throw new JsonException("A page of documents has no member 'Documents'.");
    }

    private sealed class PageBuffer(int length) : IDisposable
    {
        private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(length);

        internal Memory<byte> Memory => _bytes.AsMemory(0, length);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is byte[] bytes) ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
