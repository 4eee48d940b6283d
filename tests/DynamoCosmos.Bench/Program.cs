using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DynamoCosmos.Bench.EndToEnd;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Bench;

/// <summary>
/// <c>dotnet run -c Release -- run</c> holds the product against its yardsticks, <c>generate</c> writes an export into a folder,
/// <c>memory</c> takes the memory curve of its import, and
/// <c>convert</c> looks closer at the converter; without a word known here, BenchmarkDotNet takes over (<c>--filter '*IdBenchmarks*'</c>).
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["run", ..]:
                return await BenchRun.RunAsync(BenchOptions.Parse(args));
            case ["serve"]:
                await StandInHost.RunAsync();
                return 0;
            case ["generate", string folder, string items]:
                Console.WriteLine(ExportFolderWriter.Write(folder, int.Parse(items, CultureInfo.InvariantCulture)));
                return 0;
            case ["memory", string exportFolder]:
                Console.WriteLine(await MemoryRun.RunAsync(await BenchExport.OpenAsync(exportFolder), TimeSpan.FromSeconds(1)));
                return 0;
            case ["convert", ..]:
                return QuickRun.Convert(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000);
            case ["profile", string format]:
                QuickRun.ConvertForProfiler(Enum.Parse<ItemFormat>(format), TimeSpan.FromSeconds(10));
                return 0;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, Micro());
                return 0;
        }
    }

    /// <summary>
    /// In this process: BenchmarkDotNet's own way would build the module and the Sandbox anew for every class, which takes longer than to
    /// measure.
    /// </summary>
    private static IConfig Micro() => ManualConfig.Create(DefaultConfig.Instance)
        .AddJob(Job.MediumRun.WithLaunchCount(1).WithToolchain(InProcessEmitToolchain.Instance))
        .WithArtifactsPath(Path.GetFullPath(Path.Combine("artifacts", "benchmarks")));
}
