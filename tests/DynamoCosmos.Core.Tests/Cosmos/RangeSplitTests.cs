using System.Collections.Concurrent;
using System.Text.Json;
using DynamoCosmos.Sandbox.Cosmos;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>The stand-in's physical ranges, as clients remember them: by the tag of the list that they were given.</summary>
[Trait("Category", "Slow")]
public sealed class RangeSplitTests
{
    /// <summary>A client with old ranges and the new tag would be told for ever that nothing has changed.</summary>
    [Fact]
    public async Task A_tag_belongs_to_the_ranges_that_it_comes_with_also_in_the_middle_of_a_split()
    {
        await using CosmosStandIn standIn = await CosmosStandIn.StartAsync(new() { Throttle = false });
        standIn.CreateContainer("shop", "orders", "/pk");
        using Listener listener = new();
        using CosmosClient client = new(standIn.Endpoint.ToString(), standIn.AccountKey, new()
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
            AllowBulkExecution = true,
            EnableContentResponseOnWrite = false,
            HttpClientFactory = () => new(listener, disposeHandler: false),
        });
        Container container = client.GetContainer("shop", "orders");
        // So many that a split takes its time.
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(async i =>
        {
            using ResponseMessage answer =
                await container.UpsertItemStreamAsync(StandInClients.Utf8($$"""{"id":"i{{i}}","pk":"p{{i}}"}"""), new($"p{i}"));
            answer.EnsureSuccessStatusCode();
        }));

        ConcurrentDictionary<string, string> rangesOf = new();
        bool isOver = false;
        Task[] asking = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                (string tag, string ranges) = await listener.AskAgainAsync();
                Assert.Equal(rangesOf.GetOrAdd(tag, ranges), ranges);
            }
        }))];
        for (int i = 0; i < 12; i++) await Task.Run(() =>
            standIn.Split("shop", "orders", standIn.Ranges("shop", "orders").MaxBy(static range => range.Documents)!.Id));
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(asking);
        Assert.NotEmpty(rangesOf);
        Assert.Equal(13, standIn.Ranges("shop", "orders").Count);
    }

    /// <summary>Keeps the SDK's question for the ranges, signature and all, to ask it anew.</summary>
    private sealed class Listener() : DelegatingHandler(new HttpClientHandler())
    {
        private HttpRequestMessage? _question;

        internal async Task<(string Tag, string Ranges)> AskAgainAsync()
        {
            using HttpRequestMessage question = new(HttpMethod.Get, _question!.RequestUri);
            foreach ((string name, IEnumerable<string> values) in _question.Headers)
            {
                if (name != "If-None-Match") question.Headers.TryAddWithoutValidation(name, values);
            }
            using HttpResponseMessage answer = await base.SendAsync(question, default);
            using JsonDocument ranges = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
            return (answer.Headers.GetValues("etag").Single(),
                string.Join(' ', ranges.RootElement.GetProperty("PartitionKeyRanges").EnumerateArray()
                .Select(static range => range.GetProperty("id").GetString())));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/pkranges", StringComparison.Ordinal)) _question = request;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
