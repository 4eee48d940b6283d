using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

internal static partial class DynamoErrors
{
    internal static MigrationException TableNotFound(string table, string? region, Exception? inner = null) =>
        new(FailureCode.DynamoTableNotFound, FailureKind.NotFound,
            $"There is no table '{table}' in {region ?? "that region"} of this account. {Remedy.ListTables} lists those there are.", table,
            inner);

    internal static MigrationException ScannedTableGone(string table, Exception inner) =>
        new("ScannedTableGone", FailureKind.InvalidOperation,
            $"The table '{table}' is not there, or not any more: {FirstLine(inner)} {Remedy.ListTables} lists those there are; what was " +
                "read of it so far is kept.", table, inner);

    internal static MigrationException ReadCapacityUnknown(string table) =>
        new("ReadCapacityUnknown", FailureKind.InvalidArgument,
            $"The table '{table}' is on demand: it has no provisioned read capacity to take {Setting.ReadCapacityPercent} of. Give " +
                $"{Setting.MaxReadCapacity}, in units a second.", table);

    internal static MigrationException ReadCapacityTwice() =>
        new("ReadCapacityTwice", FailureKind.InvalidArgument,
            $"{Setting.MaxReadCapacity} and {Setting.ReadCapacityPercent} say the same in two ways. Give one of them.");

    internal static MigrationException RecoveryOff(string table, Exception? inner = null) =>
        new(FailureCode.PointInTimeRecoveryOff, FailureKind.InvalidOperation,
            $"The table '{table}' has no point-in-time recovery, which every export reads from. " +
            $"Run again with {Setting.EnablePointInTimeRecovery} (AWS charges for it by the table's size until it is switched off), or " +
                "switch it on yourself.", table, inner);

    internal static MigrationException RecoveryNotReady(string table, TimeSpan waited) =>
        new("PointInTimeRecoveryNotReady", FailureKind.TimedOut,
            $"Point-in-time recovery of the table '{table}' was switched on, but is not ready after {waited.TotalMinutes:0} minutes. " +
                "Run the same line again later.", table);

    internal static MigrationException ExportFailed(DynamoExport export, string? code, string? message) =>
        new("DynamoExportFailed", FailureKind.InvalidOperation,
            $"AWS ended the export of the table '{export.TableName}' to {export.S3Bucket} as FAILED: {code ?? "no code"}, " +
                $"{Sentence(message)} {Advice(code, export)} " +
            "The same line starts a new export.", export);

    internal static MigrationException ExportConflict(string table, Exception inner) =>
        new("DynamoExportConflict", FailureKind.AlreadyExists,
            $"The client token of this export of '{table}' was used for another request in the last 8 hours. Give another " +
                $"{Setting.ClientToken}, or none.", table, inner);

    internal static MigrationException ExportTimeInvalid(string table, DynamoTable described, Exception inner) =>
        new("DynamoExportTimeInvalid", FailureKind.InvalidArgument,
            $"The export time lies outside of what the table '{table}' can be recovered to: from {described.EarliestRestorableTime:u} " +
                $"to {described.LatestRestorableTime:u}.", table, inner);

    internal static MigrationException ExportWindowInvalid(string table, DateTimeOffset from, DateTimeOffset to) =>
        new("DynamoExportWindowInvalid", FailureKind.InvalidArgument,
            $"An incremental export of '{table}' takes a window of 15 minutes to 24 hours; " +
            (from < to ? $"{from:u} to {to:u} is {(to - from).TotalMinutes:0.#} minutes."
                : $"{Setting.From} {from:u} is not before {Setting.To} {to:u}."), table);

    internal static MigrationException ExportWindowTooShort(string table, DateTimeOffset from, DateTimeOffset to) =>
        new("DynamoExportWindowTooShort", FailureKind.InvalidArgument,
            $"From {from:u} up to {to:u}, where the changes of '{table}' end that can be exported now, are not the 15 minutes that an " +
                "incremental export takes at least. " +
            $"Run again after {from + ExportWindows.Shortest:u}.", table);

    internal static MigrationException ExportEndUnknown(string? export) =>
        new("ExportEndUnknown", FailureKind.InvalidArgument,
            $"The export {export} does not tell its table or the time up to which it goes. Give {Setting.Since} an export from " +
                $"{Remedy.ExportTable} or {Remedy.FindExport}.", export);

    internal static MigrationException ExportLimitExceeded(string table, Exception inner) =>
        new("DynamoExportLimitExceeded", FailureKind.LimitsExceeded,
            $"AWS runs as many exports as it will for this account (300, or 100 TB) and took none of '{table}'. Wait for some to end, " +
                "then run again.", table, inner);

    internal static MigrationException ExportNotFound(string arn, Exception? inner = null) =>
        new("DynamoExportNotFound", FailureKind.NotFound,
            $"AWS knows no export '{arn}'; it forgets exports after 90 days. Its files may still be there: {Remedy.FindExport} " +
                $"{Setting.Location} reads them from the bucket.", arn, inner);

    internal static MigrationException ExportArnInvalid(string arn) =>
        new("DynamoExportArnInvalid", FailureKind.InvalidArgument,
            $"'{arn}' is no export's ARN, which looks like " +
            "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/export/01234567890123-0a1b2c3d.", arn);

    internal static MigrationException BucketNotFound(string bucket, Exception? inner = null) =>
        new("S3BucketNotFound", FailureKind.NotFound,
            $"There is no bucket '{bucket}'. Is its name right, and does the endpoint belong to it?", bucket, inner);

    internal static MigrationException BucketLocationInvalid(Uri location) =>
        new("S3LocationInvalid", FailureKind.InvalidArgument,
            $"'{location}' names no bucket. An export's location looks like s3://bucket/prefix/AWSDynamoDB/01234567890123-0a1b2c3d/.",
            location);

    private static string Sentence(string? message) =>
        string.IsNullOrWhiteSpace(message) ? "without a message." : message.TrimEnd('.') + ".";

    private static string Advice(string? code, DynamoExport export) => code switch
    {
        "S3NoSuchBucket" => $"Create the bucket '{export.S3Bucket}', or name one that is there.",
        "S3AccessDenied" or "AccessDenied" => "Whoever exports needs s3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload on " +
            $"'{export.S3Bucket}' (and the key's kms:GenerateDataKey); " +
            $"for a bucket of another account, its policy must allow that too, and {Setting.S3BucketOwner} must name the account.",
        _ => "See AWS's words above.",
    };
}
