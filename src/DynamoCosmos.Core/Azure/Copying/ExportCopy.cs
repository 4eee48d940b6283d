using System.Diagnostics;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Model;

namespace DynamoCosmos.Azure.Copying;

/// <summary>
/// One export on its way into a lake. Its inventory is taken when it is opened, so that a plan can be told before anything is written.
/// manifest-summary.json is what makes a folder an export, so it is taken away before the first file is written and put back after the
/// last.
/// </summary>
public sealed class ExportCopy : IDisposable
{
    private readonly ExportFolder _source;
    private readonly LakeTarget _target;
    private readonly CopyPaths _paths;
    private readonly CopyInventory _inventory;
    private readonly CopyOptions _options;
    private readonly CopyTally _tally = new();
    private readonly SemaphoreSlim _withdrawing = new(1);
    private bool _isWithdrawn;

    private ExportCopy(ExportFolder source, LakeTarget target, CopyPaths paths, CopyInventory inventory, CopyOptions options)
    {
        _source = source;
        _target = target;
        _paths = paths;
        _inventory = inventory;
        _options = options;
        Location = target.At(paths.TargetKey(source.Path)).Location;
    }

    /// <summary>The export's folder in the lake.</summary>
    public Uri Location { get; }

    public long DataFiles => _inventory.Files.Count;

    /// <summary>Compressed as stored; null where the source may not be listed.</summary>
    public long? TotalBytes => _inventory.Bytes;

    /// <summary>Data files that are there already with the same length and MD5; null where that is found out on the way.</summary>
    public long? FilesThere => _inventory.FilesThere;

    public long? BytesThere => _inventory.BytesThere;

    public bool CreatesFileSystem => !_inventory.HasFileSystem;

    public long ItemCount => _inventory.Manifest.ItemCount;

    /// <summary>May be read at any time, from any thread.</summary>
    public CopyProgress Progress => _tally.Snapshot(_inventory.Files.Count, _inventory.Bytes);

    /// <param name="export">One with a manifest.</param>
    internal static async Task<ExportCopy> OpenAsync(OpenedExport export, LakeTarget target, CopyOptions options,
        CancellationToken cancellationToken)
    {
        CopyPaths paths = new(export.Folder, target.Folder);
        return new(export.Folder, target, paths, await CopyInventory.TakeAsync(export, target, paths,
            cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Copies what is not there. Once.</summary>
    /// <param name="failed">Told of each file that failed, while others go on.</param>
    /// <exception cref="MigrationException">CopyIncomplete when files failed; and what stops all of them, such as a missing
    /// permission.</exception>
    public async Task<CopyResult> RunAsync(IRunMessages messages, Func<MigrationException, CancellationToken, ValueTask> failed,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await TellAsync(messages, cancellationToken).ConfigureAwait(false);
        if (CreatesFileSystem) await _target.CreateFileSystemAsync(cancellationToken).ConfigureAwait(false);
        FileCopy copy = new(_source.Store, _target, _options, _tally, messages);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_inventory.Files, parallel,
            async (file, stop) => await SettleAsync(copy, file, failed, stop).ConfigureAwait(false)).ConfigureAwait(false);

        CopyResult result = Sum(started);
        if (result.CopiedFiles + result.SkippedFiles + result.FailedFiles != result.DataFiles) throw CopyErrors.CopyCountsDiffer(result);
        if (result.FailedFiles > 0) throw CopyErrors.CopyIncomplete(result);
        ManifestCopy manifests = new(_source, _target, _paths, _options);
        await manifests.CopyAsync(WithdrawAsync, cancellationToken).ConfigureAwait(false);
        return Sum(started);
    }

    public void Dispose() => _withdrawing.Dispose();

    private async Task SettleAsync(FileCopy copy, DataFile file, Func<MigrationException, CancellationToken, ValueTask> failed,
        CancellationToken cancellationToken)
    {
        long length = 0;
        try
        {
            Uri address = StoreKeys.Combine(_source.Store.Root, file.Key);
            StoredFile found = await _inventory.FindSourceAsync(file.Key, cancellationToken).ConfigureAwait(false)
                ?? throw ExportErrors.DataFileMissing(address);
            length = found.Length;
            string key = _paths.TargetKey(file.Key);
            StoredFile? there = await _inventory.FindTargetAsync(key, cancellationToken).ConfigureAwait(false);
            if (there is not null && there.Length == length && there.ContentMd5 == file.Md5)
            {
                _tally.Skipped(length);
                return;
            }
            await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            bool isStreamed = await copy.CopyAsync(new(found, address, key, file.Md5), cancellationToken).ConfigureAwait(false);
            _tally.Copied(length, isStreamed);
        }
        catch (MigrationException error) when (IsOfThisFile(error))
        {
            _tally.Failed(length);
            await failed(error, cancellationToken).ConfigureAwait(false);
        }
    }

    // What would befall every other file as well ends the run at once instead of being told a thousand times.
    private static bool IsOfThisFile(MigrationException error) =>
        error.Kind is FailureKind.InvalidData || error.ErrorId is FailureCode.DataFileMissing or FailureCode.ExportFileMissing
            or FailureCode.LakeCallFailed;

    /// <summary>Before the first write: a folder that is being changed must not look whole.</summary>
    private async Task WithdrawAsync(CancellationToken cancellationToken)
    {
        await _withdrawing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isWithdrawn) await _target.DeleteAsync(_paths.TargetKey(_source.Path + ManifestCopy.Summary), cancellationToken)
                .ConfigureAwait(false);
            _isWithdrawn = true;
        }
        finally
        {
            _withdrawing.Release();
        }
    }

    private async ValueTask TellAsync(IRunMessages messages, CancellationToken cancellationToken)
    {
        if (_paths.IsPrefixDropped)
        {
            await messages.WarningAsync($"The prefix of {_source.Location} has a name that cannot be kept safely in a lake, so it is " +
                $"left out: the export comes to lie in {Location}.", cancellationToken)
                .ConfigureAwait(false);
        }
        if (CreatesFileSystem) await messages.VerboseAsync($"The file system of {Location} is not there; it is created.", cancellationToken)
            .ConfigureAwait(false);
    }

    private CopyResult Sum(long started) => new()
    {
        Source = _source.Location,
        Location = Location,
        AbfssLocation = _target.At(_paths.TargetKey(_source.Path)).ToAbfss(),
        DataFiles = _inventory.Files.Count,
        CopiedFiles = _tally.CopiedFiles,
        SkippedFiles = _tally.SkippedFiles,
        FailedFiles = _tally.FailedFiles,
        ServerSideFiles = _tally.ServerSideFiles,
        StreamedFiles = _tally.StreamedFiles,
        CopiedBytes = _tally.CopiedBytes,
        SkippedBytes = _tally.SkippedBytes,
        Duration = Stopwatch.GetElapsedTime(started),
    };
}
