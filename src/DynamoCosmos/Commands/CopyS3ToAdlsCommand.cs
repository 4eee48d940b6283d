using System.Diagnostics;
using System.Management.Automation;
using DynamoCosmos.Azure.Copying;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Copies exports from S3 into a lake, each file proved by the manifest's MD5.</summary>
[Cmdlet(VerbsCommon.Copy, "S3ToAdls", SupportsShouldProcess = true, DefaultParameterSetName = "ExportToAccount")]
[OutputType(typeof(DynamoExport))]
public sealed class CopyS3ToAdlsCommand : CloudCommand
{
    private readonly PendingWindows<DynamoExport> _windows = new();
    private ExportStaging? _staging;

    [Parameter(Mandatory = true, ParameterSetName = "ExportToAccount", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, ParameterSetName = "ExportToDestination", ValueFromPipeline = true), ModuleObject(typeof(DynamoExport))]
    public DynamoExport? Export { get; set; }

    /// <summary>An export's own folder: s3://bucket/prefix/AWSDynamoDB/…/.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LocationToAccount")]
    [Parameter(Mandatory = true, ParameterSetName = "LocationToDestination"), ArgumentCompleter(typeof(S3LocationCompleter))]
    public Uri? SourceLocation { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "ExportToAccount", Position = 0)]
    [Parameter(Mandatory = true, ParameterSetName = "LocationToAccount", Position = 0), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(StorageAccountCompleter))]
    public string StorageAccountName { get; set; } = "";

    /// <summary>The container.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ExportToAccount", Position = 1)]
    [Parameter(Mandatory = true, ParameterSetName = "LocationToAccount", Position = 1), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(FileSystemCompleter))]
    public string FileSystem { get; set; } = "";

    [Parameter(ParameterSetName = "ExportToAccount")]
    [Parameter(ParameterSetName = "LocationToAccount")]
    public string DestinationPath { get; set; } = "";

    /// <summary>Of the account, where it is not the cloud's own.</summary>
    [Parameter]
    public Uri? BlobEndpoint { get; set; }

    /// <summary>abfss://…, https://….dfs.… or https://….blob.….</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ExportToDestination")]
    [Parameter(Mandatory = true, ParameterSetName = "LocationToDestination")]
    public Uri? Destination { get; set; }

    [Parameter]
    public CopyMethod Method { get; set; }

    [Parameter]
    public SwitchParameter AllowGap { get; set; }

    [Parameter, ValidateRange(1, 256)]
    public int Concurrency { get; set; } = 8;

    protected override void BeginProcessing()
    {
        try
        {
            AzureSettings azure = GetAzureSettings();
            _staging = new(Locate(azure.Environment), azure, new() { Method = Method, Concurrency = Concurrency }, Clouds);
        }
        catch (MigrationException failure)
        {
            ThrowTerminatingError(Errors.From(failure));
        }
    }

    protected override void ProcessRecord()
    {
        if (Export is null || !_windows.TryAdd(Export, "", Export)) Copy(Export);
    }

    protected override void EndProcessing()
    {
        foreach (IReadOnlyList<(DynamoExport Export, DynamoExport Work)> windows in _windows.TakeInOrder(AllowGap, failure =>
            WriteError(Errors.From(failure))))
        {
            foreach ((DynamoExport export, _) in windows) Copy(export);
        }
    }

    /// <param name="export">Null for the one at <see cref="SourceLocation"/>.</param>
    private void Copy(DynamoExport? export)
    {
        AwsSettings aws = GetAwsSettings(export?.Region, export?.EndpointUrl);
        (DynamoExport Export, ExportCopy Copy)? opened = null;
        try
        {
            Run(async (output, stop) =>
                await Plans.TryAsync<object>(output, async () => opened = await OpenAsync(export, aws, stop), stop));
            if (opened is not { } plan) return;
            if (!ShouldProcess(Describe(plan.Copy), $"{Describe(plan.Copy)}?", "Copy-S3ToAdls")) return;
            Stopwatch clock = Stopwatch.StartNew();
            CopyResult? result = Await((output, stop) =>
                Plans.TryAsync(output, () => plan.Copy.RunAsync(output, output.ErrorAsync, stop), stop), () =>
                Progress(plan, clock.Elapsed));
            if (result is null) return;
            WriteVerbose($"{result} in {Units.Duration(result.Duration)}.");
            WriteObject(ExportStaging.Staged(plan.Export, result));
        }
        finally
        {
            opened?.Copy.Dispose();
        }
    }

    private LakeLocation Locate(AzureEnvironment environment)
    {
        if (Destination is null) return LakeLocation.Of(StorageAccountName, FileSystem, DestinationPath, BlobEndpoint, environment);
        LakeLocation lake = LakeLocation.Parse(Destination);
        return BlobEndpoint is null ? lake : LakeLocation.Of(lake.AccountName, lake.FileSystem, lake.Path, BlobEndpoint, environment);
    }

    private async Task<(DynamoExport, ExportCopy)> OpenAsync(DynamoExport? given, AwsSettings aws, CancellationToken stop) =>
        given is null ? await _staging!.OpenAsync(SourceLocation!, aws, stop) : (given, await _staging!.OpenAsync(given, aws, stop));

    private string Describe(ExportCopy copy)
    {
        string bytes = copy.TotalBytes is long total
            ? $" ({Units.Bytes(total)}, {Units.Count(copy.ItemCount)} items)" : $" ({Units.Count(copy.ItemCount)} items)";
        string there = copy.FilesThere is long files and > 0
            ? $", of which {Units.Count(files)} ({Units.Bytes(copy.BytesThere)}) are there already" : "";
        string created = copy.CreatesFileSystem ? ", and create its file system" : "";
        string way = Method switch
        {
            CopyMethod.ServerSide => "by the storage account itself",
            CopyMethod.Streamed => "through this machine",
            _ => "by the storage account itself where it can",
        };
        return $"Copy {Units.Count(copy.DataFiles)} data files{bytes}{there} to {copy.Location} {way}{created}";
    }

    private static ProgressRecord Progress((DynamoExport Export, ExportCopy Copy) plan, TimeSpan elapsed)
    {
        CopyProgress at = plan.Copy.Progress;
        string bytes = at.TotalBytes is long all ? $"{Units.Bytes(at.Bytes)} of {Units.Bytes(all)}" : Units.Bytes(at.Bytes);
        double share = at.TotalBytes is long and > 0
            ? (double)at.Bytes / at.TotalBytes.Value : at.TotalFiles > 0 ? (double)at.SettledFiles / at.TotalFiles : 0;
        ProgressRecord record = new(1, $"Copying {plan.Export.TableName ?? plan.Export.ExportArn} to {plan.Copy.Location}",
            $"{Units.Count(at.SettledFiles)} of {Units.Count(at.TotalFiles)} files, " +
                $"{bytes}{(at.FailedFiles > 0 ? $", {Units.Count(at.FailedFiles)} failed" : "")}")
        {
            PercentComplete = (int)Math.Clamp(share * 100, 0, 100),
        };
        if (share is > 0 and < 1 && elapsed > TimeSpan.FromSeconds(2)) record.SecondsRemaining =
            (int)(elapsed.TotalSeconds * (1 - share) / share);
        return record;
    }
}
