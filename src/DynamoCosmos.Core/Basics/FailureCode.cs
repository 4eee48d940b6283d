namespace DynamoCosmos.Basics;

/// <summary>The codes of failures that code acts on. All codes are for life; the others stand in their catalogues alone.</summary>
public static class FailureCode
{
    public const string AwsAccessDenied = nameof(AwsAccessDenied);
    public const string CheckpointChanged = nameof(CheckpointChanged);
    public const string DataFileMissing = nameof(DataFileMissing);
    public const string DynamoTableNotFound = nameof(DynamoTableNotFound);
    public const string ExportFileMissing = nameof(ExportFileMissing);
    public const string ExportManifestMissing = nameof(ExportManifestMissing);
    public const string LakeCallFailed = nameof(LakeCallFailed);
    public const string PointInTimeRecoveryOff = nameof(PointInTimeRecoveryOff);
    public const string ThroughputNotDedicated = nameof(ThroughputNotDedicated);
    public const string ThroughputServerless = nameof(ThroughputServerless);
}
