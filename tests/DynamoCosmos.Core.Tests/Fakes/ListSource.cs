using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Fakes;

/// <summary>An export in memory: gzip files of lines, or of values of Ion, with a manifest's claims.</summary>
internal sealed class ListSource : IItemSource
{
    private readonly List<Unit> _units = [];

    public string Identity { get; init; } = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/export/01";

    public ItemFormat Format { get; init; } = ItemFormat.DynamoDBJson;

    public ExportSpan? Span { get; init; }

    public KeyMap Keys { get; init; } = new(new("pk", KeyType.S), null, "expires");

    public long? ItemCount { get; set; } = 0;

    public int? UnitCount => _units.Count;

    internal ReaderOptions Reading { get; init; } = new(4096, 100_000);

    /// <summary>Units opened, in order.</summary>
    internal List<string> Opened { get; } = [];

    internal IReadOnlyList<Unit> Units => _units;

    internal static ListSource Of(int units, int itemsPerUnit)
    {
        ListSource source = new();
        for (int unit = 0; unit < units; unit++)
        {
            int from = unit * itemsPerUnit;
            source.Add([.. Enumerable.Range(from, itemsPerUnit).Select(static number => Line(number))]);
        }
        return source;
    }

    internal static string Line(int number) => Item($"k{number}", "n", "N", $"{number}");

    internal static string Item(string pk, string name, string type, string value) =>
        "{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"},\"" + name + "\":{\"" + type + "\":\"" + value + "\"}}}";

    internal Unit Add(params string[] lines)
    {
        MemoryStream file = new();
        using (GZipStream gzip = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (string line in lines) gzip.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        Unit unit = new(this, $"AWSDynamoDB/01/data/{_units.Count:d3}.json.gz", lines.Length, file.ToArray());
        _units.Add(unit);
        ItemCount += lines.Length;
        return unit;
    }

    public async IAsyncEnumerable<IItemUnit> ReadUnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (Unit unit in _units.ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return unit;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal sealed class Unit(ListSource source, string name, int items, byte[] file) : IItemUnit
    {
        public string Name { get; set; } = name;

        public long? ItemCount { get; set; } = items;

        /// <summary>What the ledger is promised, where that is not what the file holds and its reader is told.</summary>
        internal long? Promised { get; set; }

        long? IItemUnit.ItemCount => Promised ?? ItemCount;

        public long? Bytes => File.Length;

        public bool IsRepeatable { get; set; } = true;

        internal byte[] File { get; set; } = file;

        /// <summary>As the manifest has it.</summary>
        internal string? Md5 { get; set; } = Convert.ToBase64String(MD5.HashData(file));

        internal Func<Stream, Stream>? Wrap { get; set; }

        public Task<ItemReader> OpenAsync(CancellationToken cancellationToken)
        {
            lock (source.Opened) source.Opened.Add(Name);
            Stream stream = new MemoryStream(File);
            return Task.FromResult<ItemReader>(
                new DataFileReader(Wrap?.Invoke(stream)
                ?? stream, new(new($"s3://bucket/{Name}"), ItemCount, Md5, source.Format), source.Reading));
        }
    }
}
