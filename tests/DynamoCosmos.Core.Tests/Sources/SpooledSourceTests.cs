using System.Buffers;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

public sealed class SpooledSourceTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1_000, 50)]
    [InlineData(40, 1_000_000)]
    public async Task What_came_once_is_read_as_often_as_one_likes(int count, int length)
    {
        // A record may hold line ends, since a pipeline's text may.
        string[] records = [.. Enumerable.Range(0, count)
            .Select(number => $"{{ {number}\r\n{new string((char)('a' + number % 26), length)} }}")];
        await using SpooledSource source = await SpooledAsync(records);
        Assert.Equal((count, (long?)count), (source.Items, source.ItemCount));
        Assert.Equal(records.Select(static (text, i) => (text, (long)i + 1)), await ReadAsync(source));
        Assert.Equal(records.Select(static (text, i) => (text, (long)i + 1)), await ReadAsync(source));
    }

    [Fact]
    public async Task Many_items_are_parts_that_are_read_side_by_side()
    {
        string[] records = [.. Enumerable.Range(0, 20_000).Select(static number => $"{number} {new string('x', 1_500)}")];
        await using SpooledSource source = await SpooledAsync(records);
        List<IItemUnit> parts = [];
        await foreach (IItemUnit part in source.ReadUnitsAsync(default)) parts.Add(part);
        Assert.Equal(parts.Count, source.UnitCount);
        Assert.InRange(parts.Count, 3, 5);
        Assert.All(parts, static part => Assert.Equal("pipeline", part.Name));
        Assert.Equal(20_000, parts.Sum(static part => part.ItemCount));
        // It is compressed.
        Assert.InRange(parts.Sum(static part => part.Bytes!.Value), 1, 3_000_000);
        List<(string Text, long Line)>[] read = await Task.WhenAll(parts.Select(static part => Task.Run(() => ReadAsync(part))));
        Assert.Equal(records, read.SelectMany(static part => part).OrderBy(static record => record.Line)
            .Select(static record => record.Text));
    }

    [Fact]
    public async Task It_lies_on_disk_under_no_name_and_is_gone_with_its_source()
    {
        string folder = Directory.CreateTempSubdirectory("dynamocosmos spool ").FullName;
        SpooledSource source = await SpooledAsync(["a"], folder);
        Assert.Empty(Directory.GetFiles(folder));
        await source.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(source));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_named()
    {
        string folder = Path.Combine(Path.GetTempPath(), "dynamocosmos-no-such-folder");
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => SpooledAsync(["a"], folder));
        Assert.Equal(("TemporaryFileNotWritable", folder), (error.ErrorId, error.TargetObject));
        Assert.Contains("TMPDIR", error.Message, StringComparison.Ordinal);
    }

    private static async Task<SpooledSource> SpooledAsync(string[] records, string? folder = null)
    {
        ItemFeed feed = new();
        SpooledSource source =
            new(await FeedSource.OpenAsync(feed, new("pk", KeyType.S), null, null, ItemFormat.DynamoDBJson, default), folder);
        Task full = source.FillAsync(default);
        foreach (string record in records)
        {
            feed.Text.Write(Encoding.UTF8.GetBytes(record));
            if (feed.EndItem() && !full.IsFaulted) await feed.FlushAsync(default);
        }
        await feed.CompleteAsync(default);
        await full;
        return source;
    }

    private static async Task<List<(string Text, long Line)>> ReadAsync(SpooledSource source)
    {
        List<(string, long)> all = [];
        await foreach (IItemUnit part in source.ReadUnitsAsync(default)) all.AddRange(await ReadAsync(part));
        return all;
    }

    private static async Task<List<(string Text, long Line)>> ReadAsync(IItemUnit part)
    {
        List<(string, long)> all = [];
        await using ItemReader reader = await part.OpenAsync(default);
        while (await reader.FillAsync(default)) Take(reader, all);
        return all;
    }

    private static void Take(ItemReader reader, List<(string, long)> into)
    {
        while (reader.TryRead(out ItemRecord record)) into.Add((Encoding.UTF8.GetString(record.Text), record.Line));
    }
}
