using System.Buffers;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Fakes;
using DynamoCosmos.Import;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Import;

/// <summary>
/// Changes that come down a pipeline, in which one item may come again and again, as it does where rejected changes are imported again.
/// </summary>
public sealed class OrderedImportTests
{
    private const int Keys = 20;
    private const int PerKey = 50;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_last_change_of_each_key_counts_whatever_is_answered_to_those_before_it(int seed)
    {
        ScriptedSink sink = new()
        {
            Delay = async _ =>
            {
                if (Random.Shared.Next(2) == 0) await Task.Yield();
            },
            Script = (write, tries) =>
            {
                int[] answers = [429, 449, 503, 0];
                Random chance = new(HashCode.Combine(seed, write.Id, tries));
                return chance.Next(3) == 0 ? new(answers[chance.Next(answers.Length)], 0, 0) : null;
            },
        };
        ItemFeed feed = new();
        Task fed = Task.Run(() => FeedAsync(feed, new(seed)));
        FeedSource source = await FeedSource.OpenAsync(feed, new("pk", KeyType.S), null, null, ItemFormat.DynamoDBJson, default);
        VirtualTime time = new();
        ImportFiles files = new MemoryFiles().WithoutCheckpoint;
        ItemImport import = new(source, sink, new(source.Keys, new ConversionOptions()), files, new() { Parallelism = 4 }, time);
        Task<ImportResult> run = import.RunAsync(new Silence(), default);
        await time.RunAsync(run);
        await fed;
        ImportResult result = await run;
        Assert.True(result.Completed);
        Assert.Equal((Keys * PerKey, Keys * PerKey), (result.Read, result.Written + result.Deleted));
        Assert.InRange(result.Retries, 100, long.MaxValue);
        for (int key = 0; key < Keys; key++)
        {
            // The last change of an odd key deletes it.
            string? document = sink.Documents.GetValueOrDefault($"k{key}");
            if (key % 2 == 1) Assert.Null(document);
            else Assert.Contains($"\"n\":{PerKey - 1}", document, StringComparison.Ordinal);
        }
    }

    private static async Task FeedAsync(ItemFeed feed, Random random)
    {
        int[] next = new int[Keys];
        int[] keys = [.. Enumerable.Range(0, Keys).SelectMany(static key => Enumerable.Repeat(key, PerKey))];
        random.Shuffle(keys);
        foreach (int key in keys)
        {
            int number = next[key]++;
            bool isDeletion = number == PerKey - 1 ? key % 2 == 1 : random.Next(4) == 0;
            string image = isDeletion ? "" : $$$""","NewImage":{"pk":{"S":"k{{{key}}}"},"n":{"N":"{{{number}}}"}}""";
            feed.Text.Write(Encoding.UTF8.GetBytes($$$"""{"Keys":{"pk":{"S":"k{{{key}}}"}}{{{image}}}}"""));
            if (feed.EndItem()) await feed.FlushAsync(default);
        }
        await feed.CompleteAsync(default);
    }

    private sealed class Silence : IRunMessages
    {
        public ValueTask VerboseAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask WarningAsync(string text, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
