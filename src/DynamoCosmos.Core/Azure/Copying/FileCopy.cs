using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Azure.Copying;

/// <summary>Sends each file the way that the account's route says, and turns the route where it has to.</summary>
internal sealed class FileCopy
{
    private readonly ServerSideCopy? _serverSide;
    private readonly StreamedCopy _streamed;
    private readonly CopyRoute _route;
    private readonly IRunMessages _messages;
    private readonly LakeTarget _target;

    internal FileCopy(IExportStore source, LakeTarget target, CopyOptions options, CopyTally tally, IRunMessages messages)
    {
        _target = target;
        _messages = messages;
        _route = target.Route;
        _streamed = new(source, target, options, tally);
        if (source is IPresignedSource presigned) _serverSide = new(presigned, target, options);
    }

    /// <returns>Whether it was streamed.</returns>
    internal async Task<bool> CopyAsync(FileToCopy file, CancellationToken cancellationToken)
    {
        if (!_route.IsStreamed)
        {
            CopyRefusal? refusal = _serverSide is null
                ? new("its place has no URLs for others to read from", true)
                : await _serverSide.TryCopyAsync(file, cancellationToken).ConfigureAwait(false);
            if (refusal is null)
            {
                _route.NoteFetched();
                return false;
            }
            if (!_route.CanTurn) throw CopyErrors.CopyServerSideRefused(file.Address, refusal.Why);
            if (_route.NoteRefused(refusal.IsLasting))
            {
                await _messages.WarningAsync(
                    $"The storage account at {_target.Endpoint.Authority} cannot fetch the files by itself: {refusal.Why}. " +
                    "From here on they are streamed through this machine.", cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await _messages.VerboseAsync($"{file.Address} is streamed through this machine: {refusal.Why}.", cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        await _streamed.CopyAsync(file, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
