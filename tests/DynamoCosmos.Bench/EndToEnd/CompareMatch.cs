using DynamoCosmos.Comparison;
using DynamoCosmos.Connections;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Exports;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// A comparison of an export with the container it was imported to, against only reading both: the files' lines, and the container's pages.
/// </summary>
internal sealed class CompareMatch(string key, string name, double goal, BenchExport export) : Match(key, name, "items/s", goal)
{
    private const int Ranges = 4;

    private readonly StandInProcess _host = new();
    private readonly ComparisonOptions _options = new();
    private HostAddresses? _account;

    private protected override async Task<Turn> YardstickAsync(bool isWarmUp)
    {
        using CloudConnections clouds = new();
        await using CosmosDocumentReader target = await OpenTargetAsync(clouds);
        await using ExportSource source = await OpenSourceAsync();
        CpuWatch watch = new();
        await Task.WhenAll(Task.Run(() => ReadSourceAsync(source)), Task.Run(() => ReadTargetAsync(target)));
        return watch.Score(export.Items);
    }

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        using CloudConnections clouds = new();
        await using CosmosDocumentReader target = await OpenTargetAsync(clouds);
        await using ExportSource source = await OpenSourceAsync();
        CpuWatch watch = new();
        ComparisonResult result = await new MigrationComparison(source, target, new(source.Keys, new ConversionOptions(), source.Format), 0,
            _options).RunAsync((_, _) => ValueTask.CompletedTask, default);
        Turn turn = watch.Score(export.Items);
        if (!result.Passed || result.Matched != export.Items) throw new InvalidOperationException($"{result.Matched} of {export.Items} " +
            "documents matched.");
        return turn;
    }

    public override ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<CosmosDocumentReader> OpenTargetAsync(CloudConnections clouds)
    {
        if (_account is null)
        {
            _account = await _host.StartCosmosAsync(new("cosmos", Ranges, KeepDocuments: true));
            await ProductImport.RunAsync(_account, export.Folder);
        }
        return await CosmosDocumentReader.OpenAsync(StandInProcess.SettingsOf(_account), StandInHost.Database, StandInHost.Container,
            TimeSpan.FromMinutes(1), clouds.Cosmos, default);
    }

    private async Task<ExportSource> OpenSourceAsync() =>
        new(await OpenedExport.OpenAsync(LocalExportStore.Open(ExportStores.LocationOf(export.Folder)), needsManifest: true, default),
            SampleItems.Keys);

    private Task ReadSourceAsync(ExportSource source) =>
        Parallel.ForEachAsync(source.ReadUnitsAsync(default), new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency },
            async (unit, stop) =>
        {
            await using ItemReader reader = await unit.OpenAsync(stop);
            while (await reader.FillAsync(stop))
            {
                while (reader.TryRead(out _))
                {
                }
            }
        });

    private async Task ReadTargetAsync(CosmosDocumentReader target) =>
        await Parallel.ForEachAsync(await target.ReadRangesAsync(default),
            new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency }, async (range, stop) =>
        {
            await foreach (DocumentPage page in target.ReadAsync(range, stop)) page.Dispose();
        });
}
