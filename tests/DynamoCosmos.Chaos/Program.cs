using System.Globalization;
using System.Runtime.InteropServices;
using DynamoCosmos.Chaos;
using CancellationTokenSource stop = new();

// dotnet run -c Release --project tests/DynamoCosmos.Chaos -- --runs 20 --seed 1 --kills 10
// With --stores 1 disks are full and lakes are away beside the kills.
// Prints a line for each run as a row of a table in Markdown, and the sums; exits with 1 if anything was wrong.
int Option(string name, int otherwise)
{
    int at = Array.IndexOf(args, "--" + name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}

int runs = Option("runs", 20), seed =
    Option("seed", 1), kills = Option("kills", 10), least = Option("least", 10_000), most = Option("most", 100_000);
bool hasFailingStores = Option("stores", 0) != 0;
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

// The stand-in's web server answers SIGTERM by stopping itself, which would leave this process without an end.
using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

Console.WriteLine("| Seed | Lines | Files | Kills | Full disks | Outages | Documents | Rejected | Writes | Repeated | Missing | Doubled " +
    "| Different | Seconds |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
List<KillResult> results = [];
for (int run = 0; run < runs; run++)
{
    Random random = new(seed + run);
    // Small exports as often as large ones.
    int items = (int)(least * Math.Pow((double)most / least, random.NextDouble()));
    KillResult result =
        await new KillRun(seed + run, items, random.Next(3, 17), kills) { HasFailingStores = hasFailingStores }.RunAsync(stop.Token);
    results.Add(result);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {result.Seed} | {result.Lines:N0} | {result.Files} | {result.Kills} | {result.FullDisks} | {result.Outages} | " +
            $"{result.Documents:N0} | {result.Rejected:N0} | {result.Writes:N0} | {result.Repeated:N0} | {result.Missing} | " +
            $"{result.Doubled} | {result.Different} | {result.Duration.TotalSeconds:F0} |"));
    foreach (string fault in result.Faults.Take(20)) Console.WriteLine($"    WRONG: {fault}");
}
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"| **{results.Count} runs** | {results.Sum(r => r.Lines):N0} | {results.Sum(r => r.Files)} | {results.Sum(r => r.Kills)} | " +
        $"{results.Sum(r => r.FullDisks)} | {results.Sum(r => r.Outages)} | {results.Sum(r => r.Documents):N0} | " +
        $"{results.Sum(r => r.Rejected):N0} | {results.Sum(r => r.Writes):N0} | {results.Sum(r => r.Repeated):N0} | " +
        $"{results.Sum(r => r.Missing)} | {results.Sum(r => r.Doubled)} | {results.Sum(r => r.Different)} | " +
        $"{results.Sum(r => r.Duration.TotalSeconds):F0} |"));
int wrong = results.Count(r => r.Faults.Count > 0);
Console.WriteLine(wrong == 0 ? "Every run ended complete and equal." : $"{wrong} runs are wrong.");
return wrong == 0 ? 0 : 1;
