using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>
/// One pass over a document: is it one that the service would take, which id, partition key and ttl does it have, and must it be written
/// anew because it holds numbers that are not a double's own text, or properties that only the service sets?
/// </summary>
internal ref struct DocumentReading(PartitionKeyPaths paths)
{
    internal const int LargestDocument = 2 * 1024 * 1024;
    internal const int DeepestNesting = 128;
    internal const int LongestId = 1023;

    private static readonly byte[][] s_systemNames = ["_rid"u8.ToArray(), "_self"u8.ToArray(), "_etag"u8.ToArray(),
        "_attachments"u8.ToArray(), "_ts"u8.ToArray(), "_lsn"u8.ToArray()];

    private ComponentSlots _slots;
    private bool _hasId;

    /// <summary>Unescaped UTF-8; it points into the document unless the id is escaped there.</summary>
    internal ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>0: the document has none.</summary>
    internal int Ttl { get; private set; }

    internal EffectivePartitionKey PartitionKey { get; private set; }

    internal bool MustBeRewritten { get; private set; }

    /// <summary>Where the object begins and ends in the text.</summary>
    internal Range Extent { get; private set; }

    internal StandInRefusal Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > LargestDocument) return new(413, 0, "Request size is too large: a document can have up to 2097152 bytes.");
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return StandInRefusal.BadRequest("The request body is " +
                "not a JSON object.");
            int start = (int)reader.TokenStartIndex;
            StandInRefusal refusal = ReadObject(ref reader, 0, paths.All);
            if (!refusal.IsNone) return refusal;
            Extent = start..(int)reader.BytesConsumed;
            if (reader.Read()) return StandInRefusal.BadRequest("The request body holds more than one JSON value.");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            return StandInRefusal.BadRequest("The request body is not valid JSON: " + broken.Message);
        }
        if (!_hasId) return StandInRefusal.BadRequest("The input content is invalid because the required properties - 'id; ' - are " +
            "missing");
        PartitionKey = _slots.Combine(paths.Count);
        return StandInRefusal.None;
    }

    // level: segments of the paths that lead here; active: the paths, one bit each, that lead here.
    private StandInRefusal ReadObject(ref Utf8JsonReader reader, int level, uint active)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            uint here = active == 0 ? 0 : paths.Match(ref reader, level, active);
            bool isTop = reader.CurrentDepth == 1;
            TopName name = isTop ? NameOf(ref reader) : TopName.Other;
            reader.Read();
            StandInRefusal refusal = name switch
            {
                TopName.Id => ReadId(ref reader),
                TopName.Ttl => ReadTtl(ref reader),
                _ => StandInRefusal.None,
            };
            if (!refusal.IsNone) return refusal;
            if (name == TopName.System) MustBeRewritten = true;
            if (here != 0)
            {
                if (EffectivePartitionKey.IsTooLong(
                    ref reader)) return StandInRefusal.BadRequest("The partition key value is over 2048 bytes.");
                _slots.Set(ref reader, paths.Ending(here, level));
            }
            refusal = ReadValue(ref reader, level + 1, paths.GoingOn(here, level));
            if (!refusal.IsNone) return refusal;
        }
        return StandInRefusal.None;
    }

    private StandInRefusal ReadValue(ref Utf8JsonReader reader, int level, uint active)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, level, active);
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    StandInRefusal refusal = ReadValue(ref reader, level, 0);
                    if (!refusal.IsNone) return refusal;
                }
                return StandInRefusal.None;
            case JsonTokenType.Number:
                return ReadNumber(reader.ValueSpan);
            case JsonTokenType.String:
                // Invalid UTF-8 and lone surrogates come to light only when the text is read.
                if (reader.ValueIsEscaped || !System.Text.Unicode.Utf8.IsValid(reader.ValueSpan)) _ = reader.GetString();
                return StandInRefusal.None;
            default:
                return StandInRefusal.None;
        }
    }

    private StandInRefusal ReadNumber(ReadOnlySpan<byte> text)
    {
        if (IsShortInteger(text)) return StandInRefusal.None;
        if (!Utf8Parser.TryParse(text, out double value, out int consumed) || consumed != text.Length || !double.IsFinite(value))
            return StandInRefusal.BadRequest("A number in the request body is beyond a double.");
        Span<byte> own = stackalloc byte[32];
        value.TryFormat(own, out int length, default, CultureInfo.InvariantCulture);
        if (!own[..length].SequenceEqual(text)) MustBeRewritten = true;
        return StandInRefusal.None;
    }

    private static bool IsShortInteger(ReadOnlySpan<byte> text)
    {
        if (text.Length > 15 || text is [(byte)'-', (byte)'0', ..]) return false;
        return text.IndexOfAnyExceptInRange((byte)'-', (byte)'9') < 0 && text.IndexOf((byte)'.') < 0;
    }

    private StandInRefusal ReadId(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return StandInRefusal.BadRequest("The input content is invalid because 'id' is " +
            "not a string.");
        if (_hasId) return StandInRefusal.BadRequest("The input content is invalid because 'id' is there twice.");
        _hasId = true;
        if (reader.ValueIsEscaped)
        {
            byte[] text = new byte[reader.ValueSpan.Length];
            Id = text.AsSpan(0, reader.CopyString(text));
        }
        else
        {
            Id = reader.ValueSpan;
        }
        return CheckId(Id);
    }

    internal static StandInRefusal CheckId(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty) return StandInRefusal.BadRequest("The input name '' is invalid: an id is not empty.");
        if (id.Length > LongestId) return StandInRefusal.BadRequest("The input name is invalid: an id has up to 1023 bytes.");
        return id.IndexOfAny("/\\?#"u8) >= 0
            ? StandInRefusal.BadRequest("The input name is invalid. Ensure to provide a unique non-empty string without '/', '\\', '?' " +
                "and '#'.")
            : StandInRefusal.None;
    }

    private StandInRefusal ReadTtl(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int ttl) || ttl is 0 or < -1)
            return StandInRefusal.BadRequest("The input ttl is invalid. Ensure to provide a nonzero positive integer less than or equal " +
                "to 2147483647, or -1.");
        Ttl = ttl;
        return StandInRefusal.None;
    }

    private enum TopName
    {
        Other,
        Id,
        Ttl,
        System,
    }

    private static TopName NameOf(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("id"u8)) return TopName.Id;
        if (reader.ValueTextEquals("ttl"u8)) return TopName.Ttl;
        return IsSystemName(ref reader) ? TopName.System : TopName.Other;
    }

    internal static bool IsSystemName(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped && !reader.ValueSpan.StartsWith("_"u8)) return false;
        foreach (byte[] name in s_systemNames)
            if (reader.ValueTextEquals(name)) return true;
        return false;
    }

    /// <summary>Up to three components found on the way, in the order of the paths.</summary>
    private struct ComponentSlots
    {
        private EffectivePartitionKey _a, _b, _c;

        internal void Set(ref Utf8JsonReader reader, uint endings)
        {
            if (endings == 0) return;
            EffectivePartitionKey one = default;
            one.Add(ref reader);
            if ((endings & 1) != 0) _a = one;
            if ((endings & 2) != 0) _b = one;
            if ((endings & 4) != 0) _c = one;
        }

        internal readonly EffectivePartitionKey Combine(int count) => EffectivePartitionKey.Join(_a, _b, _c, count);
    }
}
