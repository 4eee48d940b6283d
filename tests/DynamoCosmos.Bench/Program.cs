using BenchmarkDotNet.Running;

namespace DynamoCosmos.Bench;

/// <summary><c>dotnet run -c Release -- convert</c> prints the ratios at once; without a word known here, BenchmarkDotNet takes over.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["convert", ..]:
                return QuickRun.Convert(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
            case ["profile", string format]:
                QuickRun.ConvertForProfiler(Enum.Parse<DynamoCosmos.Items.ItemFormat>(format), TimeSpan.FromSeconds(10));
                return 0;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
                return 0;
        }
    }
}
