using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Blob;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Chaos;

/// <summary>What one migration under kills came to.</summary>
/// <param name="Repeated">Writes of documents that had been written before.</param>
/// <param name="Faults">What is wrong; empty for a good run.</param>
public sealed record KillResult(
    int Seed, long Lines, int Files, int Kills, long Documents, long Writes, long Repeated, long Missing, long Doubled, long Different,
        TimeSpan Duration, IReadOnlyList<string> Faults)
{
    /// <summary>Processes that ended because a disk was full.</summary>
    public int FullDisks { get; init; }

    /// <summary>Processes that ended because a lake was away.</summary>
    public int Outages { get; init; }

    /// <summary>Lines that had to be rejected.</summary>
    public int Rejected { get; init; }
}

/// <summary>
/// One migration whose importing process is killed (SIGKILL) at random moments, again and again, until it gets through; then everything
/// that can be held against the export is. Moments are drawn from the seed: after so many writes of a process, or so long after its start.
/// </summary>
public sealed partial class KillRun(int seed, int items, int files, int kills)
{
    private static readonly string s_module = Path.Combine(
        typeof(KillRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleOutput").Value!,
            "DynamoCosmos.psd1");

    private readonly Random _random = new(seed);
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private readonly ConcurrentBag<string> _faults = [];
    private CheckpointView _claimed = new();
    private RunPlace _place = null!;
    private int _done, _fullDisks, _outages;
    private TaskCompletionSource? _killNow;
    private long _writesLeft;

    /// <summary>Only to prove that a run notices.</summary>
    public Sabotage Sabotage { get; init; } = new();

    /// <summary>
    /// Between the kills disks are full and lakes are away, at random moments: half of the runs keep their checkpoint and rejected items in
    /// a lake. There is much to reject.
    /// </summary>
    public bool HasFailingStores { get; init; }

    public async Task<KillResult> RunAsync(CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        using ChaosExport export =
            HasFailingStores ? new(seed, items, files, malformedEvery: 20, longestNote: 2_000) : new(seed, items, files);
        await using RunPlace place =
            _place = HasFailingStores && seed % 4 < 2 ? await LakePlace.StartAsync() : new DiskPlace(export.Folder);
        // Half of the runs are throttled, so that kills fall into retries and pauses too.
        await using CosmosStandIn cosmos = await CosmosStandIn.StartAsync(new()
        {
            AccountName = "mycosmos",
            Throttle = seed % 2 == 0,
            InitialRanges = 1 + seed % 4,
            Latency = TimeSpan.FromMilliseconds(_random.Next(3) * 4),
        });
        cosmos.CreateContainer("shop", "orders", ["/customerId"], throughput: 60_000, defaultTtl: -1);
        cosmos.OperationFault = write =>
        {
            Note(export, write.Id);
            return Sabotage.OnWrite?.Invoke(write);
        };

        ScriptEnd? end = null;
        while (end is null)
        {
            _claimed = CheckpointView.Read(place);
            int done = _done + _fullDisks + _outages;
            if (done > 0) Sabotage.BetweenProcesses?.Invoke(export);
            end = await TryAsync(export, cosmos, mayKill: done < kills, cancellationToken);
        }
        cosmos.OperationFault = null;
        Sabotage.AfterImport?.Invoke(export, cosmos);
        CheckImport(export, end);
        CheckRejections(export);
        CheckDocuments(export, cosmos);
        (long missing, long doubled, long different) = await CompareAsync(export, cosmos, cancellationToken);
        foreach (Exception failure in cosmos.Failures) _faults.Add($"The stand-in failed: {failure.Message}");
        return new(seed, export.Lines, export.Files, _done, export.Documents.Count, _writes.Values.Sum(n => (long)n),
            _writes.Values.Sum(n => n - 1L), missing, doubled, different, Stopwatch.GetElapsedTime(began), [.. _faults])
        {
            FullDisks = _fullDisks,
            Outages = _outages,
            Rejected = export.Malformed.Count,
        };
    }

    /// <returns>Null if the process ended before the import did.</returns>
    private async Task<ScriptEnd?> TryAsync(ChaosExport export, CosmosStandIn cosmos, bool mayKill, CancellationToken cancellationToken)
    {
        if (HasFailingStores && mayKill && _random.Next(3) > 0) return await TryWithFailingStoreAsync(export, cosmos, cancellationToken);
        TaskCompletionSource killNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // One in four dies by the clock, which also falls into its start, its taking of the checkpoint and its end; the others by their
        // writes.
        bool byClock = mayKill && _random.Next(4) == 0;
        // On average three quarters of a process's share, so that the import seldom gets through before all kills are spent.
        int writes = _random.Next(1, Math.Max(2, 3 * items / 2 / Math.Max(1, kills))), milliseconds = _random.Next(100, 4_000);
        Interlocked.Exchange(ref _writesLeft, mayKill && !Sabotage.KillOnceClaimed ? writes : long.MaxValue);
        _killNow = killNow;
        using ScriptProcess process = Start("import.ps1", export, cosmos);
        Task<ScriptEnd> ended = process.WaitAsync(cancellationToken);
        Task kill = mayKill && Sabotage.KillOnceClaimed
            ? WaitForClaimAsync(export, cancellationToken) : byClock
            ? Task.WhenAny(killNow.Task, Task.Delay(milliseconds, cancellationToken)) : killNow.Task;
        if (await Task.WhenAny(ended, kill) == ended) return (await ended).ThrowIfFailed();
        process.Kill();
        await ended;
        _place.ForgetDead();
        _done++;
        return null;
    }

    private async Task<ScriptEnd?> TryWithFailingStoreAsync(ChaosExport export, CosmosStandIn cosmos, CancellationToken cancellationToken)
    {
        _killNow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _writesLeft, _random.Next(1, Math.Max(2, 3 * items / 2 / Math.Max(1, kills))));
        if (_place is LakePlace lake)
        {
            (BlobFault fault, int times) = NextOutage();
            using ScriptProcess process = Start("import.ps1", export, cosmos);
            Task<ScriptEnd> ended = process.WaitAsync(cancellationToken);
            if (await Task.WhenAny(ended, _killNow.Task) != ended) lake.Faults.Add(fault, times: times);
            ScriptEnd end = await ended;
            lake.Faults.Clear();
            _place.ForgetDead();
            if (end.ExitCode == 0) return end;
            _outages++;
            if (!end.Errors.Contains("Lake", StringComparison.Ordinal)
                && !end.Errors.Contains("CheckpointHoldLost", StringComparison.Ordinal))
                _faults.Add($"A lake that was away ended a process with another error: {end.Errors}");
            return null;
        }
        // The next lines find no room, or after some more; one time in four there is none for the checkpoint.
        long room = _random.Next(4) == 0
            ? 1 : 1 + (_place.ReadRejections().Length + _random.Next(1, 80 * items / Math.Max(1, kills))) / 1024;
        using ScriptProcess full = ScriptProcess.StartWithFullDisk(room, ScriptPath("import.ps1"), Arguments(export, cosmos));
        ScriptEnd last = await full.WaitAsync(cancellationToken);
        if (last.ExitCode == 0) return last;
        _fullDisks++;
        if (!last.Errors.Contains("RejectionFileNotWritable", StringComparison.Ordinal)
            && !last.Errors.Contains("CheckpointNotWritable", StringComparison.Ordinal))
            _faults.Add($"A full disk ended a process with another error: {last.Errors}");
        return null;
    }

    /// <summary>
    /// Shorter than the retries, or longer; one whose calls are done although no answer says so; and most often one that ends a run at
    /// once.
    /// </summary>
    private (BlobFault Fault, int Times) NextOutage() => _random.Next(8) switch
    {
        0 => (BlobFault.Refuse(503, "ServerBusy"), _random.Next(1, 4)),
        1 => (BlobFault.ResetAfter(), _random.Next(1, 4)),
        2 => (BlobFault.Refuse(503, "ServerBusy"), -1),
        3 => (BlobFault.ActAndRefuse(403, "AuthorizationFailure"), -1),
        _ => (BlobFault.Refuse(403, "AuthorizationFailure"), _random.Next(2) == 0 ? -1 : _random.Next(1, 4)),
    };

    private async Task WaitForClaimAsync(ChaosExport export, CancellationToken cancellationToken)
    {
        while (!export.Documents.Values.Any(CheckpointView.Read(_place).Claims)) await Task.Delay(20, cancellationToken);
    }

    private void Note(ChaosExport export, string id)
    {
        _writes.AddOrUpdate(id, 1, static (_, n) => n + 1);
        if (!export.Documents.TryGetValue(id, out ItemPlace place)) _faults.Add($"A document was written that no item makes: {id}");
        else if (_claimed.Claims(
            place)) _faults.Add($"Line {place.Line} of file {place.File} was written again, though the checkpoint had it as settled: {id}");
        if (Interlocked.Decrement(ref _writesLeft) == 0) _killNow!.TrySetResult();
    }

    private void CheckImport(ChaosExport export, ScriptEnd end)
    {
        Match result = ResultLine().Match(end.Output);
        string expected = $"Completed=True Read={export.Lines} Written={export.Documents.Count} Expired={export.Expired} " +
            $"Rejected={export.Malformed.Count}";
        if (result.Groups[1].Value != expected) _faults.Add($"The import's result is '{result.Groups[1].Value}', and should be " +
            $"'{expected}'.");
    }

    private void CheckRejections(ChaosExport export)
    {
        string[] lines = Encoding.UTF8.GetString(_place.ReadRejections()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] places = [.. lines.Select(l => JsonNode.Parse(l)!).Select(r => $"{r["dataFile"]} {r["line"]}")];
        if (places.Length != export.Malformed.Count) _faults.Add($"{places.Length} rejections are on record, and should be " +
            $"{export.Malformed.Count}.");
        if (places.Distinct().Count() != places.Length) _faults.Add("Rejections are on record twice.");
        if (!places.Select(p => p.Split(' ')[1]).Order()
            .SequenceEqual(export.Malformed.Select(m => $"{m.Line}")
            .Order())) _faults.Add("Other lines were rejected than the malformed ones.");
    }

    private void CheckDocuments(ChaosExport export, CosmosStandIn cosmos)
    {
        HashSet<string> ids = [.. cosmos.Documents("shop", "orders").Select(d => (string)JsonNode.Parse(d.Span)!["id"]!)];
        int missing = export.Documents.Keys.Count(id => !ids.Contains(id));
        if (missing > 0) _faults.Add($"{missing} documents are missing.");
        if (cosmos.Count("shop", "orders") != export.Documents.Count) _faults.Add($"{cosmos.Count("shop", "orders")} documents are " +
            $"there, and should be {export.Documents.Count}.");
    }

    private async Task<(long Missing, long Extra, long Different)> CompareAsync(ChaosExport export, CosmosStandIn cosmos,
        CancellationToken cancellationToken)
    {
        using ScriptProcess process = Start("compare.ps1", export, cosmos);
        ScriptEnd end = (await process.WaitAsync(cancellationToken)).ThrowIfFailed();
        Match found = ComparisonLine().Match(end.Output);
        if (!found.Success) throw new InvalidOperationException($"The comparison said nothing: {end.Output}{end.Errors}");
        if (found.Groups["passed"].Value != "True") _faults.Add($"The comparison did not pass: {end.Output}");
        if (found.Groups["matched"].Value != $"{export.Documents.Count}") _faults.Add($"{found.Groups["matched"].Value} documents " +
            $"matched, and should {export.Documents.Count}.");
        long Figure(string name) => long.Parse(found.Groups[name].Value, System.Globalization.CultureInfo.InvariantCulture);
        return (Figure("missing"), Figure("extra"), Figure("different"));
    }

    private ScriptProcess Start(string script, ChaosExport export, CosmosStandIn cosmos) =>
        ScriptProcess.Start(ScriptPath(script), Arguments(export, cosmos));

    private static string ScriptPath(string script) => Path.Combine(AppContext.BaseDirectory, "Scripts", script);

    private IEnumerable<string> Arguments(ChaosExport export, CosmosStandIn cosmos) =>
        ["-Module", s_module, "-Export", export.Folder, "-Endpoint", cosmos.Endpoint.AbsoluteUri, "-Key", cosmos.AccountKey,
            .. _place.Arguments];

    [GeneratedRegex("result: (.*) Runs=")]
    private static partial Regex ResultLine();

    [GeneratedRegex(@"comparison: Passed=(?<passed>\w+) Matched=(?<matched>\d+) Missing=(?<missing>\d+) Extra=(?<extra>\d+) Different=(?<different>\d+)")]
    private static partial Regex ComparisonLine();
}
