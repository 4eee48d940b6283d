namespace DynamoCosmos.Exports;

/// <summary>A store that can hand out a URL by which another service reads one of its files, for a short while and nothing else.</summary>
internal interface IPresignedSource
{
    /// <summary>The URL is a secret: it goes to the service that fetches it, and into no message, log or object.</summary>
    /// <param name="key">Relative to the store's root.</param>
    /// <param name="lifetime">A few minutes to an hour; never longer than the credentials that sign it.</param>
    Task<Uri> CreateReadUrlAsync(string key, TimeSpan lifetime, CancellationToken cancellationToken);
}
