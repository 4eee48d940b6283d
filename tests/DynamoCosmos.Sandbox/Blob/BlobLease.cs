namespace DynamoCosmos.Sandbox.Blob;

/// <summary>One blob's lease, with the outcome table of https://learn.microsoft.com/rest/api/storageservices/lease-blob.</summary>
internal sealed class BlobLease
{
    private string? _id;
    private TimeSpan? _duration;
    private DateTimeOffset? _expires;
    private DateTimeOffset? _breaks;
    private bool _isReleased = true;
    private bool _isModifiedSince;

    internal string State(DateTimeOffset now) =>
        _isReleased ? "available"
        : _breaks is { } breaks ? (now < breaks ? "breaking" : "broken")
        : _expires is { } expires && now >= expires ? "expired"
        : "leased";

    internal bool IsLocked(DateTimeOffset now) => State(now) is "leased" or "breaking";

    internal string? DurationKind(DateTimeOffset now) => State(now) != "leased" ? null : _duration is null ? "infinite" : "fixed";

    internal string Acquire(string? proposedId, int seconds, DateTimeOffset now)
    {
        if (seconds is not (-1 or (>= 15 and <= 60))) throw BlobError.InvalidHeader("x-ms-lease-duration");
        if (proposedId is not null && !Guid.TryParse(proposedId, out _)) throw BlobError.InvalidHeader("x-ms-proposed-lease-id");
        string state = State(now);
        if (state == "breaking" || (state == "leased" && !Same(proposedId)))
            throw new BlobError(409, "LeaseAlreadyPresent", "There is already a lease present.");
        _id = proposedId ?? Guid.NewGuid().ToString();
        _duration = seconds < 0 ? null : TimeSpan.FromSeconds(seconds);
        Begin(now);
        return _id;
    }

    internal string Renew(string? id, DateTimeOffset now)
    {
        RequireHolder(id);
        if (_breaks is not null) throw new BlobError(409, "LeaseIsBrokenAndCannotBeRenewed",
            "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.");
        // An expired lease can be taken up again as long as nobody wrote in between.
        if (State(now) == "expired" && _isModifiedSince)
            throw new BlobError(409, "LeaseIdMismatchWithLeaseOperation",
                "The lease ID specified did not match the lease ID for the blob.");
        Begin(now);
        return _id!;
    }

    internal string Change(string? id, string? proposedId, DateTimeOffset now)
    {
        if (!Guid.TryParse(proposedId, out _)) throw BlobError.InvalidHeader("x-ms-proposed-lease-id");
        if (State(now) != "leased") throw new BlobError(409, "LeaseNotPresentWithLeaseOperation",
            "There is currently no lease on the blob.");
        if (!Same(id) && !Same(proposedId)) RequireHolder(id);
        _id = proposedId;
        return _id!;
    }

    internal void Release(string? id)
    {
        RequireHolder(id);
        _isReleased = true;
        _id = null;
    }

    /// <returns>Seconds until the lease is broken.</returns>
    internal int Break(int? period, DateTimeOffset now)
    {
        if (_isReleased) throw new BlobError(409, "LeaseNotPresentWithLeaseOperation", "There is currently no lease on the blob.");
        if (period is < 0 or > 60) throw BlobError.InvalidHeader("x-ms-lease-break-period");
        TimeSpan left = _expires is { } expires ? (expires > now ? expires - now : TimeSpan.Zero) : TimeSpan.Zero;
        TimeSpan wanted = period is { } seconds ? TimeSpan.FromSeconds(seconds) : left;
        if (_duration is not null && wanted > left) wanted = left;
        if (_breaks is null || now + wanted < _breaks) _breaks = now + wanted;
        return (int)Math.Ceiling(Math.Max(0, (_breaks.Value - now).TotalSeconds));
    }

    /// <summary>Whether a write with this lease id (or none) may go on.</summary>
    internal void CheckWrite(string? id, DateTimeOffset now)
    {
        if (IsLocked(now))
        {
            if (id is null) throw new BlobError(412, "LeaseIdMissing",
                "There is currently a lease on the blob and no lease ID was specified in the request.");
            if (!Same(id)) throw new BlobError(412, "LeaseIdMismatchWithBlobOperation",
                "The lease ID specified did not match the lease ID for the blob.");
            return;
        }
        CheckRead(id, now);
    }

    /// <summary>A blob that is overwritten keeps its lease.</summary>
    internal void TakeOver(BlobLease old)
    {
        (_id, _duration, _expires, _breaks) = (old._id, old._duration, old._expires, old._breaks);
        (_isReleased, _isModifiedSince) = (old._isReleased, old._isModifiedSince);
    }

    /// <summary>The blob was written to: an expired lease cannot be taken up again.</summary>
    internal void NoteWrite() => _isModifiedSince = true;

    /// <summary>A read needs no lease id, but one that is given has to be right.</summary>
    internal void CheckRead(string? id, DateTimeOffset now)
    {
        if (id is null) return;
        if (!IsLocked(now))
        {
            throw Same(id)
                ? new BlobError(412, "LeaseLost", "A lease ID was specified, but the lease for the blob has expired.")
                : new BlobError(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.");
        }
        if (!Same(id)) throw new BlobError(412, "LeaseIdMismatchWithBlobOperation",
            "The lease ID specified did not match the lease ID for the blob.");
    }

    private void Begin(DateTimeOffset now)
    {
        _isReleased = false;
        _isModifiedSince = false;
        _breaks = null;
        _expires = now + _duration;
    }

    private void RequireHolder(string? id)
    {
        if (id is null) throw BlobError.MissingHeader("x-ms-lease-id");
        if (!Same(id)) throw new BlobError(409, "LeaseIdMismatchWithLeaseOperation",
            "The lease ID specified did not match the lease ID for the blob.");
    }

    private bool Same(string? id) => id is not null && _id is not null && string.Equals(id, _id, StringComparison.OrdinalIgnoreCase);
}
