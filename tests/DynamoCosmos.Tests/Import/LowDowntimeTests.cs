using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// docs/low-downtime.md, with its own commands: a full export and five rounds of increments while the table is written to, and then the
/// proof.
/// </summary>
public sealed partial class LowDowntimeTests
{
    private const int Rounds = 5, FirstItems = 400;

    private static readonly string s_page = File.ReadAllText(Repository.PathOf("docs", "low-downtime.md"));

    [Fact]
    public async Task A_table_that_is_written_to_all_the_time_ends_up_in_the_container_as_it_is()
    {
        SteppedTime time = new();
        time.Advance(TimeSpan.FromDays(-4));
        await using SandboxSession session =
            await SandboxSession.StartAsync(aws: new() { Time = time }, cosmos: new() { AccountName = "mycosmos", Throttle = false });
        StandInTable table = new SampleOrders().CreateTable(session.Aws.Dynamo, FirstItems);
        Traffic traffic = new(table);
        Run(session, "1. The full export");
        using CancellationTokenSource stop = new();
        Task writing = Task.Run(() => traffic.RunAsync(stop.Token));
        for (int round = 1; round <= Rounds; round++)
        {
            traffic.AwaitMore(150);
            if (round == Rounds)
            {
                stop.Cancel();
                await writing;
            }
            // The third round comes late, so that it takes two windows.
            time.Advance(round == 3 ? TimeSpan.FromHours(30) : TimeSpan.FromMinutes(20));
            PSObject[] results = Run(session, "2. The increments");
            Assert.Equal(round == 3 ? 2 : 1, results.Length);
            Assert.All(results, static result =>
                Assert.Equal((true, 0L), (result.Properties["Completed"].Value, result.Properties["Rejected"].Value)));
            Assert.True(results.Sum(static result => (long)result.Properties["Read"].Value) > 0);
        }
        Assert.True(traffic is { Inserts: > 20, Updates: > 20, Deletes: > 20, Returns: > 20 }, traffic.ToString());
        PSObject summary = Run(session, "4. The proof").Single();
        Assert.Equal((true, table.ItemCount, table.ItemCount),
            (summary.Properties["Passed"].Value, summary.Properties["Matched"].Value, session.Cosmos.Count("shop", "orders")));
        // The last window by itself is as it left the items.
        Assert.Equal(true, session.Invoke("$windows[-1] | Compare-CosmosMigration -AccountName mycosmos -DatabaseName shop " +
            "-ContainerName orders").Single().Properties["Passed"].Value);
    }

    [Fact]
    public void The_page_stands_by_what_it_shows()
    {
        Assert.Equal(["1. The full export", "2. The increments", "3. The last one", "4. The proof", "5. The switch", "If it goes wrong"],
            Heading().Matches(s_page).Select(static heading => heading.Groups[1].Value.Trim()));
    }

    /// <summary>The first commands under a heading.</summary>
    private static PSObject[] Run(SandboxSession session, string heading)
    {
        string section = s_page[s_page.IndexOf($"## {heading}", StringComparison.Ordinal)..];
        string commands = Commands().Match(section).Groups[1].Value;
        return [.. session.Invoke(commands.Replace("mylake", "lake", StringComparison.Ordinal)).ThrowIfFailed().Output];
    }

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>An application: inserts, updates, deletes, and items that come back after they were deleted.</summary>
    private sealed class Traffic(StandInTable table)
    {
        private readonly Random _random = new(7);
        private readonly SampleOrders _orders = new();
        private readonly List<int> _there = [.. Enumerable.Range(0, FirstItems)];
        private readonly List<int> _gone = [];
        private int _next = FirstItems;
        private int _writes;

        internal int Inserts { get; private set; }

        internal int Updates { get; private set; }

        internal int Deletes { get; private set; }

        internal int Returns { get; private set; }

        internal async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                Write();
                Interlocked.Increment(ref _writes);
                await Task.Delay(1, CancellationToken.None);
            }
        }

        internal void AwaitMore(int writes)
        {
            int enough = Volatile.Read(ref _writes) + writes;
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _writes) >= enough, TimeSpan.FromSeconds(60)));
        }

        public override string ToString() => $"{Inserts} inserts, {Updates} updates, {Deletes} deletes, {Returns} returns";

        private void Write()
        {
            switch (_random.Next(4))
            {
                case 0:
                    table.Put(_orders.Item(_next));
                    _there.Add(_next++);
                    Inserts++;
                    break;
                case 1:
                    JsonNode item = JsonNode.Parse(_orders.Item(_there[_random.Next(_there.Count)]))!;
                    item["quantity"] = new JsonObject { ["N"] = $"{_random.Next()}" };
                    table.Put(item.ToJsonString());
                    Updates++;
                    break;
                case 2:
                    int index = _random.Next(_there.Count);
                    JsonNode doomed = JsonNode.Parse(_orders.Item(_there[index]))!;
                    Assert.True(table.Delete(
                        new JsonObject
                        {
                            ["customerId"] = doomed["customerId"]!.DeepClone(),
                            ["orderId"] = doomed["orderId"]!.DeepClone()
                        }.ToJsonString()));
                    _gone.Add(_there[index]);
                    _there.RemoveAt(index);
                    Deletes++;
                    break;
                case 3 when _gone.Count > 0:
                    int back = _random.Next(_gone.Count);
                    table.Put(Encoding.UTF8.GetString(_orders.Item(_gone[back])));
                    _there.Add(_gone[back]);
                    _gone.RemoveAt(back);
                    Returns++;
                    break;
            }
        }
    }
}
