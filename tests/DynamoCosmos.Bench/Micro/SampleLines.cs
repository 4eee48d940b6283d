using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench.Micro;

/// <summary>Records by themselves, so few that they stay in the processor's cache: what is measured is the work, not the memory.</summary>
internal sealed class SampleLines
{
    internal const int Count = 500;

    internal SampleLines()
    {
        SampleExport export = new(1, Count);
        (Json, Ion) = (Cut(export.Json), Cut(export.Ion));
    }

    internal byte[][] Json { get; }

    internal byte[][] Ion { get; }

    internal byte[][] Documents()
    {
        ItemConverter converter = new(SampleItems.Keys);
        DocumentBuffer buffer = new();
        return [.. Json.Select(line => converter.Convert(line, SampleItems.Now, buffer) == ConversionOutcome.Document
            ? buffer.Document.ToArray() : throw new InvalidOperationException(buffer.Detail))];
    }

    private static byte[][] Cut(byte[] text)
    {
        List<byte[]> lines = [];
        ReadOnlySpan<byte> rest = text;
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..]) lines.Add(rest[..end].ToArray());
        return [.. lines];
    }
}
