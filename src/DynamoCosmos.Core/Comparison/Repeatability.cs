using DynamoCosmos.Basics;

namespace DynamoCosmos.Comparison;

/// <summary>
/// Tells whether a transform makes the same documents when the source is read again: the sums of the first reading, less those of the
/// second, leave nothing. It takes what another <see cref="BucketTable"/> takes, whatever the number of documents.
/// </summary>
internal sealed class Repeatability(long? documents)
{
    private readonly BucketTable _sums = new(documents);

    /// <summary>The first reading's; from any thread.</summary>
    internal void Note(in Fingerprint document) => _sums.Add(document);

    /// <summary>The second reading's, likewise.</summary>
    internal void Take(in Fingerprint document) => _sums.Subtract(document);

    /// <param name="held">For an example.</param>
    /// <exception cref="MigrationException">TransformNotRepeatable.</exception>
    internal void Require(string source, HeldDocuments held)
    {
        List<int> others = _sums.FindDiffering();
        if (others.Count > 0) throw ComparisonErrors.TransformNotRepeatable(source, held.FirstIn(others.ToHashSet()));
    }
}
