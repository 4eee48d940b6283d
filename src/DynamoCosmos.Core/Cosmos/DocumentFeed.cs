using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using DynamoCosmos.Comparison;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>The documents of one range, page by page. A page that fails can be asked for again.</summary>
internal sealed class DocumentFeed(Container container, DocumentRange range) : IDisposable
{
    // The SDK holds a page some three times while it passes, and whatever is over 85 KB is expensive to collect. Smaller pages would cost
    // more request units than their documents.
    private const int WantedBytes = 96 * 1024;
    private const int MostDocuments = 1000;

    private static readonly QueryDefinition s_all = new("SELECT * FROM c");

    private readonly FeedRange _range = FeedRange.FromJsonString($$$"""{"Range":{"min":"{{{range.Min}}}","max":"{{{range.Max}}}"}}""");
    private int _pageSize = 100;
    private FeedIterator? _pages;
    private string? _continuation;

    internal bool IsDone { get; private set; }

    internal async Task<DocumentPage> ReadPageAsync(CancellationToken cancellationToken)
    {
        _pages ??= container.GetItemQueryStreamIterator(_range, s_all, _continuation,
            new() { MaxItemCount = _pageSize, MaxConcurrency = 1 });
        try
        {
            using ResponseMessage response = await ReadNextAsync(_pages, cancellationToken).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            if (response.Content is not { Length: > 0 }) throw new IOException("The answer to a query was empty.");
            DocumentPage page = await TakeAsync(response, cancellationToken).ConfigureAwait(false);
            _continuation = response.ContinuationToken;
            IsDone = !_pages.HasMoreResults;
            if (!IsDone) FitPages(page.Documents.Span);
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

    /// <summary>
    /// The SDK looks into an answer before it hands it on, and fails in words of its own over one that is empty or of another service.
    /// </summary>
    private static async Task<ResponseMessage> ReadNextAsync(FeedIterator pages, CancellationToken cancellationToken)
    {
        try
        {
            return await pages.ReadNextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !CosmosFailure.IsKnown(failure, cancellationToken))
        {
            throw new IOException($"The answer to a query is no page of documents: {failure.Message}", failure);
        }
    }

    /// <summary>Documents are of one size more or less, and which one shows with the first page.</summary>
    private void FitPages(ReadOnlySpan<byte> page)
    {
        // The page's text ends in "_count":n}
        ReadOnlySpan<byte> digits = page[(page.LastIndexOf((byte)':') + 1)..];
        if (!Utf8Parser.TryParse(digits, out int count, out _) || count == 0) return;
        int wanted = Math.Clamp((int)((long)WantedBytes * count / page.Length), 1, MostDocuments);
        if (wanted < _pageSize * 2 && wanted > _pageSize / 2) return;
        _pageSize = wanted;
        _pages?.Dispose();
        _pages = null;
    }

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
        throw new IOException("The answer to a query has no documents in it.");
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
