using System.Text;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Core.Tests.Items;

public sealed class ConverterAllocationTests
{
    public static TheoryData<NumberMode> Modes => [.. Enum.GetValues<NumberMode>()];

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_conversion_allocates_nothing_once_its_buffer_has_grown(NumberMode mode)
    {
        KeyMap keys = new(new("pk", KeyType.S), new("sk", KeyType.N), "exp");
        ItemConverter converter = new(keys, new() { NumberMode = mode, Hierarchical = true });
        DocumentBuffer buffer = new();
        GeneratedItems items = new(7, keys);
        TypedJsonWriter writer = new();
        List<byte[]> lines = [];
        while (lines.Count < 300)
        {
            byte[] line = Encoding.UTF8.GetBytes(writer.Item(items.Next()));
            // A rejection has a text of its own; it is not the hot path.
            if (converter.Convert(line, items.Now, buffer) != ConversionOutcome.Rejected) lines.Add(line);
        }
        long components = Round(converter, lines, items.Now, buffer);

        // The runtime itself may allocate once, when it compiles a method again; what a conversion allocates shows in each round.
        long allocated = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long again = Round(converter, lines, items.Now, buffer);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(components, again);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Memory_for_one_huge_item_is_given_back()
    {
        ItemConverter converter = new(new(new("pk", KeyType.S)));
        DocumentBuffer buffer = new();
        byte[] huge = Encoding.UTF8.GetBytes("{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"S\":\"" + new string('x', 40_000_000) + "\"}}}");
        Assert.Equal(ConversionOutcome.Rejected, converter.Convert(huge, 0, buffer));
        Assert.Equal(RejectionReason.ItemTooLarge, buffer.Reason);

        long before = GC.GetTotalMemory(forceFullCollection: true);
        converter.Convert("""{"Item":{"pk":{"S":"a"}}}"""u8, 0, buffer);
        long after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange(before - after, 70_000_000, long.MaxValue);
        Assert.Equal("a", buffer.Id);
    }

    private static long Round(ItemConverter converter, List<byte[]> lines, long now, DocumentBuffer buffer)
    {
        long components = 0;
        foreach (byte[] line in lines)
        {
            converter.Convert(line, now, buffer);
            for (int i = 0; i < buffer.PartitionKeyCount; i++) components += buffer.GetPartitionKeyComponent(i).Utf8.Length;
            components += buffer.Document.Length + buffer.IdUtf8.Length;
        }
        return components;
    }
}
