using System.Collections.Concurrent;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>All exports: started at once, written when their time has come and somebody looks.</summary>
internal sealed class ExportRegister(DynamoStandIn dynamo, S3StandIn s3) : IDisposable
{
    // A client token stands for its request for 8 hours; recovery reaches back 35 days. Both from the service's documentation.
    private static readonly TimeSpan s_tokenLife = TimeSpan.FromHours(8), s_recoveryPeriod = TimeSpan.FromDays(35);

    private static readonly string[] s_needed = ["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"];

    private readonly ConcurrentDictionary<string, ExportJob> _jobs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _settling = new(1);
    private readonly Lock _starting = new();

    private AwsStandInOptions Options => dynamo.Options;

    internal IEnumerable<ExportJob> All => _jobs.Values.OrderByDescending(static job => job.Facts.ExportId, StringComparer.Ordinal);

    internal ExportJob? Find(string arn) => _jobs.GetValueOrDefault(arn);

    internal DateTimeOffset EarliestTime(StandInTable table)
    {
        DateTimeOffset limit = Options.Time.GetUtcNow() - s_recoveryPeriod;
        return table.RecoverySince > limit ? table.RecoverySince.Value : limit;
    }

    internal ExportJob Start(ExportRequest request, string clientToken, StandInTable table, AwsCredential credential)
    {
        lock (_starting)
        {
            DateTimeOffset now = Options.Time.GetUtcNow();
            ExportJob? earlier = All.FirstOrDefault(job => job.ClientToken == clientToken && job.Facts.StartTime + s_tokenLife > now);
            if (earlier is not null)
                return earlier.Request == request
                    ? earlier : throw new AwsException(400, "ExportConflictException",
                    "There was a conflict: the client token was used with other parameters");
            CheckTimes(request, table, now);
            ExportFacts facts = new()
            {
                TableArn = table.Arn,
                TableId = table.Id,
                ExportId = NewId(now),
                S3Bucket = request.Bucket,
                S3Prefix = request.Prefix,
                IsIon = request.IsIon,
                StartTime = now,
                ExportTime = request.Time ?? now,
                FromTime = request.From,
                ToTime = request.To,
                OutputView = request.View,
                SseAlgorithm = request.SseAlgorithm ?? "AES256",
                KmsKeyId = request.KmsKeyId,
            };
            ExportJob job = new(request, facts, table, credential, now + Options.ExportDuration, clientToken);
            if (request.IsIncremental) job.Changes = table.Changes(request.From!.Value, request.To!.Value);
            else job.Items = table.Snapshot(facts.ExportTime);
            _jobs[facts.ExportArn] = job;
            return job;
        }
    }

    /// <summary>Writes what is due. Whoever asks meanwhile waits, so that nobody sees half an export.</summary>
    internal async Task SettleAsync()
    {
        if (!_jobs.Values.Any(IsDue)) return;
        await _settling.WaitAsync();
        try
        {
            foreach (ExportJob job in _jobs.Values.Where(IsDue)) Settle(job);
        }
        finally
        {
            _settling.Release();
        }
    }

    public void Dispose() => _settling.Dispose();

    private bool IsDue(ExportJob job) => job.Status == "IN_PROGRESS" && job.CompletesAt <= Options.Time.GetUtcNow();

    private void Settle(ExportJob job)
    {
        job.Facts = job.Facts with { EndTime = job.CompletesAt };
        if (Refusal(job) is (string code, string message))
        {
            (job.FailureCode, job.FailureMessage, job.Status) = (code, message, "FAILED");
            return;
        }
        ExportLayout layout = new(job.Facts, new BucketTarget(s3[job.Request.Bucket]));
        job.BilledBytes = job.Items is null ? job.Changes!.Sum(static change => (long)(change.After?.Size ?? 0)) : job.Table.SizeBytes;
        job.ManifestKey = ExportContent.Write(layout, job, Options.DataFiles);
        job.ItemCount = layout.ItemCount;
        job.Status = "COMPLETED";
        (job.Items, job.Changes) = (null, null);
    }

    private (string Code, string Message)? Refusal(ExportJob job)
    {
        if (s3.Find(job.Request.Bucket) is not StandInBucket bucket) return ("S3NoSuchBucket", "The specified bucket does not exist");
        // What "Requesting a table export in DynamoDB" lists for the principal that requests one, of its own account's bucket or another's.
        string prefix = job.Request.Prefix is { Length: > 0 } given ? given.TrimEnd('/') + "/" : "";
        string file = $"arn:aws:s3:::{job.Request.Bucket}/{prefix}AWSDynamoDB/{job.Facts.ExportId}/manifest-summary.json";
        if (!s_needed.All(action => job.Credential.Allows(action, file))) return ("S3AccessDenied", "Access Denied");
        // A foreign bucket must be named with its owner, an own one may.
        if (bucket.OwnerId != (job.Request.BucketOwner ?? Options.AccountId)) return ("S3AccessDenied", "Access Denied");
        return null;
    }

    private void CheckTimes(ExportRequest request, StandInTable table, DateTimeOffset now)
    {
        if (table.RecoverySince is null || table.RecoverySince + Options.RecoveryDelay > now)
            throw new AwsException(400, "PointInTimeRecoveryUnavailableException",
                $"Point in time recovery is not enabled for table '{table.Name}'");
        foreach (DateTimeOffset? time in (DateTimeOffset?[])[request.Time, request.From, request.To])
        {
            if (time < Truncate(EarliestTime(table)) || time > now)
                throw new AwsException(400, "InvalidExportTimeException",
                    "The specified ExportTime is outside of the point in time recovery window.");
        }
        if (!request.IsIncremental) return;
        if (request.From is null || request.To is null) throw AwsException.Validation("ExportFromTime and ExportToTime must be " +
            "specified for an incremental export");
        TimeSpan window = request.To.Value - request.From.Value;
        if (window < TimeSpan.FromMinutes(
            15)) throw AwsException.Validation("Difference between export from time and export to time is less than 15 minutes");
        if (window > TimeSpan.FromHours(
            24)) throw AwsException.Validation("Difference between export from time and export to time is greater than 24 hours");
    }

    // Times on the wire have no more than milliseconds.
    private static DateTimeOffset Truncate(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private string NewId(DateTimeOffset now)
    {
        // Ids are in the order of their making, also within a millisecond of a clock that stands still.
        while (_jobs.Values.Any(job =>
            job.Facts.ExportId.StartsWith($"{now.ToUnixTimeMilliseconds():D14}", StringComparison.Ordinal))) now = now.AddMilliseconds(1);
        return ExportFacts.NewId(now);
    }
}
