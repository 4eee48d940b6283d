using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using DynamoCosmos.PowerShellHost;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>One import by the cmdlet in a process of its own, PowerShell included, and that process's memory as it went.</summary>
/// <param name="Curve">Working set by time, in bytes.</param>
internal sealed record MemoryRun(int Items, TimeSpan Duration, long PeakBytes, IReadOnlyList<(TimeSpan At, long Bytes)> Curve)
{
    internal static string ManifestPath { get; } =
        Path.Combine(typeof(MemoryRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "ModuleOutput").Value!, "DynamoCosmos.psd1");

    internal static async Task<MemoryRun> RunAsync(BenchExport export, TimeSpan interval)
    {
        await using StandInProcess host = new();
        HostAddresses account = await host.StartCosmosAsync(new("cosmos"));
        long began = Stopwatch.GetTimestamp();
        using ScriptProcess import = ScriptProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "Scripts", "import.ps1"),
            "-Module", ManifestPath, "-Export", export.Folder, "-Endpoint", account.Endpoint.AbsoluteUri, "-Key", account.Key);
        Task<ScriptEnd> end = import.WaitAsync();
        List<(TimeSpan, long)> curve = [];
        while (await Task.WhenAny(end, Task.Delay(interval)) != end) curve.Add((Stopwatch.GetElapsedTime(began), import.WorkingSetBytes));
        ScriptEnd ended = (await end).ThrowIfFailed();
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        HostCounts counts = await host.CountAsync();
        if (counts.Documents != export.Items) throw new InvalidOperationException($"{counts.Documents} of {export.Items} documents " +
            "arrived.");
        return new(export.Items, took, ended.PeakBytes, curve);
    }

    public override string ToString()
    {
        // A dozen points are enough to see whether it grows.
        int step = Math.Max(1, Curve.Count / 12);
        IEnumerable<string> points = Curve.Where((_, i) => i % step == 0)
            .Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.At.TotalSeconds:F0} s {point.Bytes >> 20} MB"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Items:N0} items in {Duration.TotalSeconds:F0} s, peak {PeakBytes >> 20} MB: {string.Join(", ", points)}");
    }
}
