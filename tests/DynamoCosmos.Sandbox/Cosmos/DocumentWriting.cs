using System.IO.Hashing;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>One operation on one document: made ready outside the range's lock, carried out under it.</summary>
internal ref struct DocumentWriting
{
    internal CosmosOperationKind Kind;
    internal EffectivePartitionKey PartitionKey;
    internal ReadOnlySpan<byte> Id;
    internal ReadOnlySpan<byte> IfMatch;
    internal ReadOnlySpan<byte> IfNoneMatch;
    private StoredDocument _document;
    private DocumentKey _key;

    internal ulong Position;

    /// <param name="partitionKey">The JSON that the client sent beside the document.</param>
    internal StandInRefusal Prepare(StandInContainer container, ReadOnlySpan<byte> partitionKey, ReadOnlySpan<byte> body, bool keepDocument)
    {
        if (EffectivePartitionKey.Parse(partitionKey, out bool isTooLong) is not EffectivePartitionKey given
            || given.Count != container.Paths.Count)
            return StandInRefusal.BadRequest("The partition key supplied in x-ms-partitionkey header has other components than defined " +
                "in the collection.", 1001);
        if (isTooLong) return StandInRefusal.BadRequest("The partition key value is over 2048 bytes.");
        PartitionKey = given;
        Position = container.PlaceOf(given);
        if (Kind is CosmosOperationKind.Read or CosmosOperationKind.Delete)
        {
            StandInRefusal bad = DocumentReading.CheckId(Id);
            _key = DocumentKey.Of(given, Id);
            return bad;
        }
        DocumentReading reading = new(container.Paths);
        StandInRefusal refusal = reading.Read(body);
        if (!refusal.IsNone) return refusal;
        if (!reading.PartitionKey.Equals(given))
            return StandInRefusal.BadRequest("PartitionKey extracted from document doesn't match the one specified in the header. Learn " +
                "more: https://aka.ms/CosmosDB/sql/errors/wrong-pk-value", 1001);
        if (Kind == CosmosOperationKind.Replace && !Id.SequenceEqual(reading.Id))
            return StandInRefusal.BadRequest("Replacing the attribute 'id' is not supported.");
        Id = reading.Id;
        _key = DocumentKey.Of(given, Id);
        ReadOnlySpan<byte> text = body[reading.Extent];
        byte[]? rewritten = reading.MustBeRewritten ? DocumentText.Rewrite(text) : null;
        if (rewritten is not null) text = rewritten;
        _document = new()
        {
            Key = _key,
            Position = Position,
            Body = keepDocument ? rewritten ?? text.ToArray() : null,
            Hash = XxHash3.HashToUInt64(text),
            Length = text.Length,
            Ttl = reading.Ttl,
        };
        return StandInRefusal.None;
    }

    /// <summary>The caller holds the range's lock, has seen that the range is there and has asked its throughput.</summary>
    internal DocumentOutcome Apply(StandInContainer container, PhysicalRange range, long now, bool keepChanges)
    {
        ref StoredDocument current = ref range.Find(_key);
        bool exists = !System.Runtime.CompilerServices.Unsafe.IsNullRef(ref current);
        if (exists && current.IsExpired(container.DefaultTtl, now))
        {
            range.Remove(ref current);
            exists = false;
        }
        double perKilobyte = container.IsIndexed ? 10 : 5.5;
        if (exists && !IfMatch.IsEmpty && !Matches(IfMatch, current.Lsn)) return new(412, 0, 1.24, 0);
        if (Kind == CosmosOperationKind.Create
            ? exists : !exists && Kind != CosmosOperationKind.Upsert) return new(exists ? 409 : 404, 0, 1.24, 0);
        switch (Kind)
        {
            case CosmosOperationKind.Read:
                if (!IfNoneMatch.IsEmpty && Matches(IfNoneMatch, current.Lsn)) return new(304, 0, 1, current.Lsn);
                return new(200, 0, Kilobytes(current.Length), current.Lsn, current);
            case CosmosOperationKind.Delete:
                double freed = perKilobyte * Kilobytes(current.Length);
                range.Remove(ref current);
                return new(204, 0, freed, 0);
        }
        double charge = perKilobyte * Kilobytes(_document.Length);
        _document.Timestamp = now;
        if (!exists)
        {
            _document.Sequence = container.NextSequence();
            long lsn = range.Add(_document, keepChanges);
            _document.Lsn = lsn;
            return new(201, 0, charge, lsn, _document);
        }
        int oldLength = current.Length;
        _document.Sequence = current.Sequence;
        current = _document;
        return new(200, 0, charge * 2, range.Touch(ref current, oldLength, keepChanges), current);
    }

    internal static double Kilobytes(int length) => Math.Max(1, length / 1024.0);

    private static bool Matches(ReadOnlySpan<byte> condition, long lsn)
    {
        if (condition is [(byte)'*']) return true;
        Span<char> text = stackalloc char[64];
        if (condition.Length > 60) return false;
        int length = System.Text.Encoding.UTF8.GetChars(condition, text);
        return text[..length].Trim('"').SequenceEqual(DocumentText.ETag(lsn));
    }
}

/// <summary>What an operation came to.</summary>
internal readonly record struct DocumentOutcome(int Status, int SubStatus, double Charge, long Lsn, StoredDocument Document = default);
