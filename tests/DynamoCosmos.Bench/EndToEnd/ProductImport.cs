using System.Diagnostics;
using System.Globalization;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Exports;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using DynamoCosmos.Writing;

namespace DynamoCosmos.Bench.EndToEnd;

/// <param name="Cpu">Of this process, all its threads.</param>
/// <param name="Steering">Second by second: settled, answered 429, waiting to be tried again, limit in flight, pace.</param>
internal sealed record ImportFacts(ImportResult Result, TimeSpan Duration, TimeSpan Cpu, string Steering);

/// <summary>
/// An import with everything that it does for a user: proof of the export, checkpoint, rejections, steering; with no setting of any kind.
/// </summary>
internal static class ProductImport
{
    internal static async Task<ImportFacts> RunAsync(HostAddresses account, string exportFolder)
    {
        string files = Directory.CreateTempSubdirectory("dynamocosmos-bench-").FullName;
        try
        {
            using CloudConnections clouds = new();
            await using CosmosSink sink = await CosmosSink.OpenAsync(StandInProcess.SettingsOf(account), StandInHost.Database,
                [StandInHost.Container], clouds.Cosmos, default);
            await using ExportSource source = new(await OpenedExport.OpenAsync(
                LocalExportStore.Open(ExportStores.LocationOf(exportFolder)), needsManifest: true, default), SampleItems.Keys);
            ImportFiles own = new(new LocalCheckpointFile(Path.Combine(files, "checkpoint.json")),
                new LocalRejectionFile(Path.Combine(files, "rejected.ndjson")));
            ItemImport import = new(source, sink, new(source.Keys, new ConversionOptions(), source.Format), own, new());

            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            Task<ImportResult> run = import.RunAsync(NoMessages.Instance, default);
            List<string> steering = [];
            SteeringState last = default;
            while (await Task.WhenAny(run, Task.Delay(TimeSpan.FromSeconds(1))) != run)
            {
                SteeringState now = import.Steering;
                steering.Add(Describe(last, now));
                last = now;
            }
            ImportResult result = await run;
            if (!result.Completed || result.Written != source.ItemCount) throw new InvalidOperationException($"{result.Written} of " +
                $"{source.ItemCount} items were written.");
            return new(result, Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - cpu, string.Join(' ', steering));
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    private static string Describe(SteeringState last, SteeringState now) => string.Create(CultureInfo.InvariantCulture,
        $"{now.Done - last.Done}-{now.Throttled - last.Throttled}/{now.Waiting}:{now.Limit}{(now.Pace is double pace ? $"@{pace:F0}" : "")}");
}
