using System.Collections.Concurrent;
using System.Text.Json;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Comparison;

/// <summary>Receives each document of the container that has not expired. Called by several threads at once.</summary>
/// <param name="document">UTF-8 JSON as the container gave it; valid until it returns.</param>
/// <param name="hasher">The one that made the fingerprint, still knowing of this document.</param>
/// <param name="findings">Takes what is to be reported once the page is done.</param>
internal delegate void TargetVisitor(in Fingerprint fingerprint,
    ReadOnlyMemory<byte> document, DocumentHasher hasher, List<Finding> findings);

/// <summary>Reads ranges of the container, several at once, fetching a page while the one before is looked at.</summary>
internal sealed class TargetWalk(IDocumentReader reader, ComparisonRules rules, ReadingPace pace)
{
    private readonly ConcurrentBag<DocumentHasher> _hashers = [];
    private long _documents, _expired;
    private volatile bool _placesAgree = true;

    internal long Documents => Interlocked.Read(ref _documents);

    internal long Expired => Interlocked.Read(ref _expired);

    /// <summary>
    /// False once a document came from a range in which it should not be by our reckoning of its place: then parts of the container must
    /// not be asked for by place.
    /// </summary>
    internal bool PlacesAgree => _placesAgree;

    /// <param name="report">Takes what a page's visits found.</param>
    internal Task ReadAllAsync(
        IEnumerable<DocumentRange> ranges, TargetVisitor visit, Func<List<Finding>, CancellationToken, ValueTask<bool>> report,
            int concurrency, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(ranges, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (range, stop) => await ReadAsync(range, visit, report, stop).ConfigureAwait(false));

    private async Task ReadAsync(
        DocumentRange range, TargetVisitor visit, Func<List<Finding>, CancellationToken, ValueTask<bool>> report,
            CancellationToken cancellationToken)
    {
        if (!_hashers.TryTake(out DocumentHasher? hasher)) hasher = new(rules);
        List<Finding> findings = [];
        await using IAsyncEnumerator<DocumentPage> pages = reader.ReadAsync(range, cancellationToken).GetAsyncEnumerator(cancellationToken);
        Task<DocumentPage?> next = NextAsync(pages, cancellationToken);
        try
        {
            while (await next.ConfigureAwait(false) is DocumentPage page)
            {
                // Off this thread at once: what the SDK does before its first await is real work too.
                next = Task.Run(() => NextAsync(pages, cancellationToken), CancellationToken.None);
                using (page) ReadPage(page, range, hasher, visit, findings);
                if (findings.Count == 0) continue;
                if (!await report(findings, cancellationToken).ConfigureAwait(false)) break;
                findings.Clear();
            }
        }
        finally
        {
            // An enumerator may not be disposed while it moves.
            (await LastPageAsync(next).ConfigureAwait(false))?.Dispose();
        }
        _hashers.Add(hasher);
    }

    private async Task<DocumentPage?> NextAsync(IAsyncEnumerator<DocumentPage> pages, CancellationToken cancellationToken)
    {
        await pace.AwaitAsync(cancellationToken).ConfigureAwait(false);
        if (!await pages.MoveNextAsync().ConfigureAwait(false)) return null;
        pace.Charge(pages.Current.RequestCharge);
        return pages.Current;
    }

    // The first failure is what the caller hears of; that of a page which nobody waits for any more is not news.
    private static async Task<DocumentPage?> LastPageAsync(Task<DocumentPage?> next)
    {
        await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return next.IsCompletedSuccessfully ? next.Result : null;
    }

    private void ReadPage(DocumentPage page, DocumentRange range, DocumentHasher hasher, TargetVisitor visit, List<Finding> findings)
    {
        long documents = 0, expired = 0;
        Utf8JsonReader reader = DocumentHasher.NewReader(page.Documents.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            int start = (int)reader.TokenStartIndex;
            Fingerprint fingerprint = hasher.Hash(ref reader);
            documents++;
            if (!range.MayHold(fingerprint.Place)) _placesAgree = false;
            if (fingerprint.IsExpired) expired++;
            else visit(fingerprint, page.Documents[start..(int)reader.BytesConsumed], hasher, findings);
        }
        Interlocked.Add(ref _documents, documents);
        Interlocked.Add(ref _expired, expired);
    }
}
