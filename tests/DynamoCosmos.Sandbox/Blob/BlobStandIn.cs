using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>
/// Azure Blob storage on 127.0.0.1, path-style: <c>http://127.0.0.1:port/account/container/blob</c>. Signatures, versions, conditions,
/// leases and checksums are checked as the service does, and where that is not known, more strictly. State lies in memory.
/// </summary>
public sealed class BlobStandIn : IAsyncDisposable
{
    private readonly BlobStandInOptions _options;
    private readonly BlobGate _gate;
    private readonly CopyCalls _copies;
    private readonly Dictionary<string, StoredAccount> _accounts;
    private LoopbackServer? _server;

    private BlobStandIn(BlobStandInOptions options)
    {
        _options = options;
        _gate = new(options);
        _copies = new(options);
        _accounts = options.Accounts.ToDictionary(account => account.Name, account => new StoredAccount(account, options.Clock),
            StringComparer.Ordinal);
    }

    public Uri Endpoint => _server!.Endpoint;

    public BlobLog Log { get; } = new();

    public BlobFaults Faults { get; } = new();

    public IReadOnlyList<BlobAccount> Accounts => _options.Accounts;

    public static async Task<BlobStandIn> StartAsync(BlobStandInOptions? options = null)
    {
        BlobStandIn standIn = new(options ?? new());
        standIn._server = await LoopbackServer.StartAsync(standIn.AnswerAsync, standIn._options.Port, standIn._options.Certificate);
        return standIn;
    }

    /// <summary>An account's blob endpoint: http://127.0.0.1:41234/lake.</summary>
    public Uri AccountEndpoint(string account) => new(Endpoint, Account(account).Name);

    /// <summary>Base64.</summary>
    public string AccountKey(string account) => _options.Accounts.Single(known => known.Name == account).Key;

    public void CreateContainer(string account, string container)
    {
        BlobPaths.CheckContainer(container);
        Account(account).TryAdd(container, out _);
    }

    /// <summary>Null where there is none.</summary>
    public StoredBlob? Find(string account, string container, string blob) => Account(account).Find(container)?.Find(blob);

    /// <summary>Committed blocks of a block blob, appends of an append blob.</summary>
    public int BlockCount(string account, string container, string blob) => Find(account, container, blob)?.Blocks.Count ?? 0;

    /// <summary>Names of the blobs, without the directories of a hierarchical account.</summary>
    public IReadOnlyList<string> Names(string account, string container)
    {
        StoredContainer? found = Account(account).Find(container);
        if (found is null) return [];
        lock (found.Gate) return [.. found.Blobs.Where(blob => !blob.IsDirectory).Select(blob => blob.Name)];
    }

    /// <summary>Puts a block blob in place, with its MD5 unless another is given.</summary>
    public StoredBlob Put(string account, string container, string blob, ReadOnlyMemory<byte> content, string? contentMd5 = null)
    {
        Account(account).TryAdd(container, out StoredContainer there);
        BlobContent bytes = BlobContent.From(content);
        StoredBlob stored =
            new() { Name = blob, Kind = BlobKind.BlockBlob, Content = bytes, Headers = new() { ContentMd5 = contentMd5 ?? bytes.Md5 } };
        lock (there.Gate) there.Put(stored);
        return stored;
    }

    public bool Remove(string account, string container, string blob)
    {
        StoredContainer there = Account(account).Get(container);
        lock (there.Gate) return there.Remove(blob);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _copies.Dispose();
    }

    private StoredAccount Account(string name) => _accounts.TryGetValue(name, out StoredAccount? account)
        ? account
        : throw new BlobError(400, "InvalidUri", $"There is no account '{name}' here.");

    private async Task AnswerAsync(HttpContext http)
    {
        BlobCall call = BlobCall.Read(http);
        http.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        http.Response.Headers["x-ms-version"] = call.Header("x-ms-version");
        if (call.Header("x-ms-client-request-id") is { } clientId) http.Response.Headers["x-ms-client-request-id"] = clientId;
        string operation = "Unknown";
        try
        {
            BlobOperation asked = BlobOperation.Of(call);
            operation = asked.Name;
            BlobFault? fault = Faults.Take(operation, call.Blob);
            BlobContent? body = await ActAsync(call, asked, fault, http.RequestAborted);
            // Noted before it is sent, so that whoever has the answer finds it in the log.
            Note(call, operation, http.Response.StatusCode, null, Math.Min(body?.Length ?? 0, fault?.TruncateAt ?? long.MaxValue));
            await BlobAnswer.WriteAsync(call, body, fault, http.RequestAborted);
        }
        catch (BlobError error)
        {
            Note(call, operation, error.Status, error.Code, 0);
            await BlobAnswer.WriteAsync(call, error, http.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionBroken)
        {
            if (!call.IsNoted) Note(call, operation, 0, null, 0);
            http.Abort();
        }
    }

    private void Note(BlobCall call, string operation, int status, string? code, long sent)
    {
        call.IsNoted = true;
        Log.Add(new(operation, call.Request.Method, call.Account, call.Container, call.Blob, call.RawPath, status, code, call.BytesReceived,
            sent, call.BytesFetched));
    }

    private async Task<BlobContent?> ActAsync(BlobCall call, BlobOperation operation, BlobFault? fault, CancellationToken cancellationToken)
    {
        if (fault is not null) Before(call, fault);
        _gate.Check(call, operation);
        // After the gate: what is slow is the work, and a token only has to last until it is shown.
        if (fault is { Delay.Ticks: > 0 }) await Task.Delay(fault.Delay, cancellationToken);
        BlobContent? body = await DispatchAsync(call, operation.Name, cancellationToken);
        if (fault is { Resets: true }) throw new ConnectionBroken();
        return fault is { StatusCode: > 0 } ? throw Refusal(fault, call) : body;
    }

    private void Before(BlobCall call, BlobFault fault)
    {
        if (fault is { Acts: false, Resets: true }) throw new ConnectionBroken();
        if (!fault.Acts) throw Refusal(fault, call);
        if (fault.Vanishes) Remove(call.Account, call.Container!, call.Blob!);
        call.FlipAt = fault.FlipAt;
    }

    private static BlobError Refusal(BlobFault fault, BlobCall call)
    {
        if (fault.RetryAfter is { } wait) call.Response.Headers.RetryAfter =
            ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(fault.StatusCode, fault.Code, "The stand-in was told to answer so.");
    }

    private async Task<BlobContent?> DispatchAsync(BlobCall call, string operation, CancellationToken cancellationToken)
    {
        StoredAccount account = Account(call.Account);
        switch (operation)
        {
            case "GetAccountInfo": ContainerCalls.GetAccountInfo(call, account); return null;
            case "ListContainers": return Text(call, BlobListing.ListContainers(call, account, AccountEndpoint(account.Name)));
            case "CreateContainer": ContainerCalls.Create(call, account); return null;
            case "DeleteContainer": ContainerCalls.Delete(call, account); return null;
        }
        StoredContainer container = account.Get(call.Container!);
        switch (operation)
        {
            case "GetContainerProperties": ContainerCalls.GetProperties(call, container); return null;
            case "ListBlobs":
                return Text(call,
                BlobListing.ListBlobs(call, container, AccountEndpoint(account.Name), _options.MaxListResults));
            case "GetBlob": return BlobReads.GetBlob(call, container);
            case "GetBlobProperties": BlobReads.GetProperties(call, container); return null;
            case "GetBlockList": return Text(call, BlobReads.GetBlockList(call, container));
            case "PutBlob": await BlobWrites.PutBlobAsync(call, container, _options, cancellationToken); return null;
            case "PutBlock": await BlockCalls.PutBlockAsync(call, container, _options, cancellationToken); return null;
            case "PutBlockList": await BlockCalls.PutBlockListAsync(call, container, _options, cancellationToken); return null;
            case "PutBlobFromUrl": await _copies.PutBlobFromUrlAsync(call, container, cancellationToken); return null;
            case "PutBlockFromUrl": await _copies.PutBlockFromUrlAsync(call, container, cancellationToken); return null;
            case "AppendBlock": await BlobWrites.AppendBlockAsync(call, container, cancellationToken); return null;
            case "SetBlobMetadata": BlobWrites.SetMetadata(call, container); return null;
            case "SetBlobProperties": BlobWrites.SetProperties(call, container); return null;
            case "LeaseBlob": BlobWrites.Lease(call, container); return null;
            case "DeleteBlob": BlobWrites.Delete(call, container); return null;
            default: throw BlobError.NotStoodIn(operation);
        }
    }

    private static BlobContent Text(BlobCall call, XDocument document)
    {
        call.Response.ContentType = "application/xml";
        return BlobContent.From(
            Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + document.ToString(SaveOptions.DisableFormatting)));
    }
}
