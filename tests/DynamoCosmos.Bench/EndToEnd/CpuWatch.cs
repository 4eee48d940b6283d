using System.Diagnostics;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>Time, and the time of this process on its CPUs, from here on.</summary>
internal readonly struct CpuWatch()
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    internal TimeSpan Cpu => Environment.CpuUsage.TotalTime - _cpu;

    /// <summary>So many a second, and microseconds of CPU for each.</summary>
    internal Turn Score(double amount, string note = "") => new(amount / Elapsed.TotalSeconds, note, Cpu.TotalMicroseconds / amount);
}
