using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Tests.Worker;

/// <summary>The Sandbox with an export on disk and an empty container, and the words of a line that leads from one to the other.</summary>
internal sealed class WorkerScene : IAsyncDisposable
{
    private const int ExpiredEvery = 50;

    private WorkerScene(SandboxSession session, string root, string folder) => (Session, Root, Folder) = (session, root, folder);

    internal SandboxSession Session { get; }

    internal string Root { get; }

    internal string Folder { get; }

    internal CosmosStandIn Cosmos => Session.Cosmos;

    /// <summary>Where the export is, and what its table's keys are.</summary>
    internal string[] Source =>
        [
        "--location", Folder, "--partition-key-attribute", "customerId:S", "--sort-key-attribute", "orderId:S",
        "--ttl-attribute", "expiresAt",
    ];

    internal string[] Target =>
        ["--account-endpoint", Cosmos.Endpoint.AbsoluteUri, "--database-name", "shop", "--container-name", "orders"];

    internal Dictionary<string, string> Secrets => new() { ["DYNAMOCOSMOS_ACCOUNT_KEY"] = Cosmos.AccountKey };

    internal string CheckpointPath =>
        Path.Combine(Folder, "_dynamocosmos", $"{Cosmos.Endpoint.Host.Split('.')[0]}.shop.orders.checkpoint.json");

    internal static async Task<WorkerScene> StartAsync(int items, int files = 4, TimeSpan latency = default)
    {
        SandboxSession session = await SandboxSession.StartAsync(
            cosmos: new() { AccountName = "mycosmos", Throttle = false, Latency = latency });
        session.Cosmos.CreateContainer("shop", "orders", ["/customerId"], 20_000, defaultTtl: -1);
        string root = Directory.CreateTempSubdirectory("dynamocosmos worker ").FullName;
        SampleOrders orders = new(expiredEvery: ExpiredEvery);
        ExportLayout layout = ExportLayout.ToFolder(root);
        for (int file = 0; file < files; file++)
        {
            using DataFileWriter data = layout.AddDataFile();
            for (int number = file; number < items; number += files) data.WriteItem(orders.Item(number));
        }
        layout.Complete();
        return new(session, root, layout.Folder);
    }

    internal Task<WorkerEnd> RunAsync(string command, params string[] more) =>
        WorkerProcess.RunAsync([command, .. Source, .. Target, .. more], Secrets);

    internal WorkerProcess Start(string command, params string[] more) =>
        WorkerProcess.Start([command, .. Source, .. Target, .. more], Secrets);

    /// <summary>Items that the checkpoint has as settled by now.</summary>
    internal long Settled()
    {
        try
        {
            JsonNode checkpoint = JsonNode.Parse(File.ReadAllText(CheckpointPath))!;
            return ReadOf(checkpoint) + checkpoint["openUnits"]!.AsArray().Sum(static unit => ReadOf(unit!));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    private static long ReadOf(JsonNode counted) => (long)counted["counts"]!["read"]!;

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
