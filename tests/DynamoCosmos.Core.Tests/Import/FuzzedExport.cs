using System.Text;
using DynamoCosmos.Core.Tests.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>
/// An export of generated lines on disk: good ones, ones written in unusual ways, damaged ones, ones that stand twice, and ones that are
/// too large.
/// </summary>
internal sealed class FuzzedExport : IDisposable
{
    /// <summary>A reader keeps no more of a line.</summary>
    internal const int LongestLine = 8 * 1024 * 1024;

    private const int Files = 4;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dynamocosmos-fuzz-");
    private readonly List<(string, long, byte[])> _lines = [];

    internal FuzzedExport(int seed, KeyMap keys, ConversionOptions options, int count)
    {
        ExportLayout layout = ExportLayout.ToFolder(_root.FullName);
        IEnumerator<byte[]> lines = Generate(seed, keys, options).GetEnumerator();
        for (int file = 0; file < Files; file++)
        {
            using DataFileWriter data = layout.AddDataFile(linesPerMember: 700);
            for (int line = 1; line <= count * (file + 1) / Files - count * file / Files; line++)
            {
                lines.MoveNext();
                data.WriteLine(lines.Current);
                _lines.Add((layout.DataFiles[file], line, lines.Current));
            }
        }
        layout.Complete();
        Folder = layout.Folder;
    }

    internal string Folder { get; }

    internal Uri Rejections => ExportStores.LocationOfFile(Path.Combine(_root.FullName, "rejected.ndjson"));

    internal IReadOnlyList<(string DataFile, long Line, byte[] Text)> Lines => _lines;

    public void Dispose() => _root.Delete(recursive: true);

    private static IEnumerable<byte[]> Generate(int seed, KeyMap keys, ConversionOptions options)
    {
        Random random = new(seed);
        GeneratedItems items = new(5000 + seed, keys) { Usual = options.IdAttribute };
        LineDamage damage = new(seed);
        TypedJsonWriter compact = new(), whimsical = new(new(seed));
        byte[] before = "{}"u8.ToArray();
        for (int number = 1; ; number++)
        {
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            byte[] whole = Encoding.UTF8.GetBytes((random.Next(3) == 0 ? whimsical : compact).Item(item));
            byte[] line = OneLine(random.Next(100) switch
            {
                _ when number % 500 == 250 => Enlarge(compact.Item(item), 2_200_000),
                _ when number % 1_000 == 900 => Enlarge(compact.Item(item), LongestLine),
                < 35 => damage.Harm(whole),
                < 37 => before,
                _ => whole,
            });
            // A line of nothing is no record.
            if (line.AsSpan().Trim((byte)' ').IsEmpty) continue;
            yield return before = line;
        }
    }

    /// <summary>A long attribute before the others.</summary>
    private static byte[] Enlarge(string line, int bytes) =>
        Encoding.UTF8.GetBytes(line.Insert("{\"Item\":{".Length, $"\"large\":{{\"S\":\"{new string('x', bytes)}\"}},"));

    // What stands between tokens may be a line end in JSON, but not in NDJSON.
    private static byte[] OneLine(byte[] line)
    {
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
