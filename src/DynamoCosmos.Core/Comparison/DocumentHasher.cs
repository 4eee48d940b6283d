using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DynamoCosmos.Comparison;

/// <summary>
/// Makes a document's fingerprint in one walk over its text. Members may come in any order, strings in any escaping, numbers in any
/// notation of the same double; what Cosmos DB adds is left out, and ttl counts only where it is not what the document's own TTL attribute
/// asks for. Reused from document to document; each thread has its own.
/// </summary>
internal sealed class DocumentHasher
{
    private const long ObjectSeed =
        1, ArraySeed = 2, TextSeed = 3, NumberSeed = 4, TrueSeed = 5, FalseSeed = 6, NullSeed = 7, KeySeed = 8, TtlSeed = 9, NameSeed = 10;

    private readonly ComparisonRules _rules;
    private readonly PartitionKeyBytes[] _partitionKey;
    private byte[] _scratch = new byte[1024];
    private byte[] _id = new byte[256];
    private int _idLength;
    private long? _ttl, _writtenAt, _expiresAt;
    private bool _expiresAsText;

    internal DocumentHasher(ComparisonRules rules)
    {
        _rules = rules;
        _partitionKey = [.. rules.Paths.Select(_ => new PartitionKeyBytes())];
    }

    /// <summary>What is wrong with the ttl of the document that was hashed last; null where nothing is.</summary>
    internal ValueDifference? TtlFault =>
        IsTtlRight ? null
            : new("/ttl", ComparisonRules.ExpectedTtl(_expiresAt, _writtenAt!.Value)?.ToString(CultureInfo.InvariantCulture),
            _ttl?.ToString(CultureInfo.InvariantCulture));

    /// <summary>The ttl of the document that was hashed last.</summary>
    internal long? Ttl => _ttl;

    /// <summary>
    /// What the content holds of the ttl, where transforms make it: of one that follows from the document's TTL attribute, nothing; of one
    /// beside which no such attribute stands, that it is there, since a script may have left the converted one; of any other, the number.
    /// </summary>
    internal long? FreeTtl { get; private set; }

    // A document from the source has no _ts and is right by definition; one from the container must agree with itself.
    private bool IsTtlRight => _writtenAt is not long writtenAt || _rules.IsTtlRight(_ttl, _expiresAt, _expiresAsText, writtenAt);

    /// <summary>A document by itself.</summary>
    internal Fingerprint Hash(ReadOnlySpan<byte> document)
    {
        Utf8JsonReader reader = NewReader(document);
        reader.Read();
        return Hash(ref reader);
    }

    internal static Utf8JsonReader NewReader(ReadOnlySpan<byte> text) =>
        new(text, new JsonReaderOptions { MaxDepth = ComparisonRules.MaxDepth });

    /// <summary>The document whose first brace the reader stands on; afterwards it stands on the last one.</summary>
    internal Fingerprint Hash(ref Utf8JsonReader reader)
    {
        _idLength = 0;
        _ttl = _writtenAt = _expiresAt = null;
        _expiresAsText = false;
        foreach (PartitionKeyBytes component in _partitionKey) component.SetUndefined();

        UInt128 members = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (TakeOwnMember(ref reader)) continue;
            if (IsWatched(ref reader)) TakeKeyParts(reader);
            members += HashMember(ref reader);
        }
        bool isLost = _expiresAt is null && _rules.Expiry.MayBeLost && _ttl > 0;
        if (isLost) _expiresAt = (_writtenAt ?? _rules.StartedAt) + _ttl;
        UInt128 content = Seal(members, ObjectSeed);
        if (_rules.IsTtlFree)
        {
            FreeTtl = TakeFreeTtl(isLost);
            if (FreeTtl is long free) content = Join(content, (ulong)free, TtlSeed);
        }
        else if (!IsTtlRight) content = Join(content, (ulong)(_ttl ?? long.MinValue), TtlSeed);
        bool isExpired = (!_expiresAsText || _rules.Expiry.AreText) && _rules.IsExpired(_expiresAt);
        return new(HashKey(), _partitionKey[0].Place, content, _expiresAt, isExpired);
    }

    private long? TakeFreeTtl(bool isLost)
    {
        if (isLost) return 0;
        return _rules.IsTtlRight(_ttl, _expiresAt, _expiresAsText, _writtenAt ?? _rules.StartedAt) ? null : _ttl ?? long.MinValue;
    }

    /// <summary>What Cosmos DB adds or owns: left out of the content. Leaves the reader on the member's value.</summary>
    private bool TakeOwnMember(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (name.IsEmpty || name[0] is not ((byte)'_' or (byte)'t')) return false;
        if (name.SequenceEqual("ttl"u8))
        {
            reader.Read();
            _ttl = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long ttl) ? ttl : null;
        }
        else if (name.SequenceEqual("_ts"u8))
        {
            reader.Read();
            _writtenAt = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long writtenAt) ? writtenAt : null;
        }
        else if (ComparisonRules.IsSystemName(name))
        {
            reader.Read();
        }
        else
        {
            return false;
        }
        reader.Skip();
        return true;
    }

    private bool IsWatched(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped) return true;
        foreach (byte[] name in _rules.Watched)
        {
            if (reader.ValueSpan.SequenceEqual(name)) return true;
        }
        return false;
    }

    // Looks ahead on a copy of the reader, which stands on a member's name.
    private void TakeKeyParts(Utf8JsonReader reader)
    {
        bool isId = reader.ValueTextEquals("id"u8);
        bool isTtl = IsExpiry(reader);
        int path = -1;
        for (int i = 0; i < _rules.Paths.Length; i++)
        {
            if (!reader.ValueTextEquals(_rules.Paths[i][0])) continue;
            if (_rules.Paths[i].Length > 1) TakeNested(reader, i);
            else path = i;
        }
        if (!isId && !isTtl && path < 0) return;
        reader.Read();
        if (isId && reader.TokenType == JsonTokenType.String)
        {
            if (_id.Length < reader.ValueSpan.Length) _id = new byte[reader.ValueSpan.Length];
            _idLength = reader.CopyString(_id);
        }
        if (isTtl) TakeExpiry(ref reader);
        if (path >= 0) _partitionKey[path].Set(ref reader);
    }

    private bool IsExpiry(Utf8JsonReader reader)
    {
        foreach (byte[] name in _rules.Expiry.Properties)
        {
            if (reader.ValueTextEquals(name)) return true;
        }
        return false;
    }

    private void TakeNested(Utf8JsonReader reader, int path)
    {
        byte[][] names = _rules.Paths[path];
        reader.Read();
        for (int level = 1; level < names.Length; level++)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !reader.ValueTextEquals(names[level]))
            {
                reader.Read();
                reader.Skip();
            }
            if (reader.TokenType != JsonTokenType.PropertyName) return;
            reader.Read();
        }
        _partitionKey[path].Set(ref reader);
    }

    private void TakeExpiry(ref Utf8JsonReader reader)
    {
        double value;
        if (reader.TokenType == JsonTokenType.Number) value = reader.GetDouble();
        else if (reader.TokenType != JsonTokenType.String || !Utf8Parser.TryParse(reader.ValueSpan, out value, out int read)
            || read != reader.ValueSpan.Length) return;
        if (Math.Abs(value) < 1e18) _expiresAt = (long)Math.Floor(value);
        _expiresAsText = reader.TokenType == JsonTokenType.String;
    }

    private UInt128 HashMember(ref Utf8JsonReader reader)
    {
        UInt128 name = HashText(ref reader, NameSeed);
        reader.Read();
        return Join(name, HashValue(ref reader), ObjectSeed);
    }

    private UInt128 HashValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return HashText(ref reader, TextSeed);
            case JsonTokenType.Number:
                // Adding zero makes one of the two zeros.
                return Seal(BitConverter.DoubleToUInt64Bits(reader.GetDouble() + 0.0), NumberSeed);
            case JsonTokenType.True:
                return Seal(0, TrueSeed);
            case JsonTokenType.False:
                return Seal(0, FalseSeed);
            case JsonTokenType.StartObject:
                UInt128 members = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject) members += HashMember(ref reader);
                return Seal(members, ObjectSeed);
            case JsonTokenType.StartArray:
                UInt128 elements = 0;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) elements =
                    Join(elements, HashValue(ref reader), ArraySeed);
                return Seal(elements, ArraySeed);
            default:
                return Seal(0, NullSeed);
        }
    }

    private UInt128 HashText(ref Utf8JsonReader reader, long seed)
    {
        if (!reader.ValueIsEscaped) return XxHash128.HashToUInt128(reader.ValueSpan, seed);
        if (_scratch.Length < reader.ValueSpan.Length) _scratch = new byte[reader.ValueSpan.Length];
        return XxHash128.HashToUInt128(_scratch.AsSpan(0, reader.CopyString(_scratch)), seed);
    }

    private UInt128 HashKey()
    {
        UInt128 key = XxHash128.HashToUInt128(_id.AsSpan(0, _idLength), KeySeed);
        foreach (PartitionKeyBytes component in _partitionKey) key = Join(key, XxHash128.HashToUInt128(component.Bytes, KeySeed), KeySeed);
        return key;
    }

    private static UInt128 Seal(UInt128 value, long seed) =>
        XxHash128.HashToUInt128(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in value)), seed);

    private static UInt128 Join(UInt128 first, UInt128 second, long seed)
    {
        Span<UInt128> both = [first, second];
        return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(both), seed);
    }
}
