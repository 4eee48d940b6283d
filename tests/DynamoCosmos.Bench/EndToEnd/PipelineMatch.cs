using System.Globalization;
using DynamoCosmos.PowerShellHost;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>
/// Items as objects through ForEach-Object into a container, against the same pipeline without the import. Each in a PowerShell of its own.
/// </summary>
/// <param name="times">In one PowerShell; the last counts. 1: one that has just begun.</param>
internal sealed class PipelineMatch(string key, string name, double goal, int times) : Match(key, name, "objects/s", goal)
{
    private const int Items = 100_000;
    private const string Mark = "seconds: ";

    private readonly StandInProcess _host = new();
    private readonly Lazy<BenchExport> _export = new(static () => new(Items));

    private protected override Task<Turn> YardstickAsync(bool isWarmUp) => RunAsync(isWarmUp, []);

    private protected override async Task<Turn> ProductAsync(bool isWarmUp)
    {
        if (isWarmUp) return new(0, "not tried");
        HostAddresses account = await _host.StartCosmosAsync(new("cosmos"));
        Turn turn = await RunAsync(false, ["-Endpoint", account.Endpoint.AbsoluteUri, "-Key", account.Key]);
        HostCounts counts = await _host.CountAsync();
        if (counts.Documents != Items || counts.Tries < (long)Items * times) throw new InvalidOperationException($"{counts.Documents} " +
            $"of {Items} documents arrived, after {counts.Tries} writes.");
        return turn;
    }

    public override ValueTask DisposeAsync()
    {
        if (_export.IsValueCreated) _export.Value.Dispose();
        return _host.DisposeAsync();
    }

    // No process makes the next one warm.
    private async Task<Turn> RunAsync(bool isWarmUp, string[] more)
    {
        if (isWarmUp) return new(0, "not tried");
        using ScriptProcess script = ScriptProcess.Start(Path.Combine(AppContext.BaseDirectory, "Scripts", "pipeline.ps1"),
            ["-Module", MemoryRun.ManifestPath, "-Export", _export.Value.Folder, "-Times", times.ToString(CultureInfo.InvariantCulture),
            .. more]);
        ScriptEnd end = (await script.WaitAsync()).ThrowIfFailed();
        string seconds = end.Output[(end.Output.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
        return new(Items / double.Parse(seconds, CultureInfo.InvariantCulture), $"peak {end.PeakBytes >> 20} MB");
    }
}
