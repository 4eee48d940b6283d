using System.Management.Automation;

namespace DynamoCosmos.Commands;

/// <summary>A plain number for a TimeSpan means seconds. PowerShell itself would take it for ticks, of 100 nanoseconds each.</summary>
public sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        int seconds => TimeSpan.FromSeconds(seconds),
        long seconds => TimeSpan.FromSeconds(seconds),
        double seconds => TimeSpan.FromSeconds(seconds),
        decimal seconds => TimeSpan.FromSeconds((double)seconds),
        _ => inputData,
    };
}
