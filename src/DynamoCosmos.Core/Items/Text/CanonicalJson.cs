namespace DynamoCosmos.Items.Text;

/// <summary>Finds values in JSON that the converter itself has written: no spaces, canonical strings.</summary>
internal static class CanonicalJson
{
    /// <summary>The value of one property of an object; false if it is no object or has no such property.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out int at, out int length)
    {
        at = length = 0;
        if (json[0] != '{' || json[1] == '}') return false;
        int position = 0;
        while (json[position] != '}')
        {
            int nameAt = position + 2;
            int nameEnd = nameAt - 1 + ValueLength(json[(nameAt - 1)..]) - 1;
            at = nameEnd + 2;
            length = ValueLength(json[at..]);
            if (json[nameAt..nameEnd].SequenceEqual(name)) return true;
            position = at + length;
        }
        return false;
    }

    /// <summary>The elements of an array, or the members of an object.</summary>
    internal static int Count(ReadOnlySpan<byte> json)
    {
        int count = 0;
        foreach (Range _ in Elements(json)) count++;
        return count;
    }

    /// <summary>Whether both say the same; the order of an object's members does not matter.</summary>
    internal static bool AreEqual(ReadOnlySpan<byte> json, ReadOnlySpan<byte> other)
    {
        if (json.SequenceEqual(other)) return true;
        // Another order takes as many bytes.
        if (json.Length != other.Length || json[0] != other[0] || json[0] is not ((byte)'{' or (byte)'[')) return false;
        ElementRanges others = Elements(other);
        foreach (Range range in Elements(json))
        {
            ReadOnlySpan<byte> element = json[range];
            if (json[0] == '[')
            {
                if (!others.MoveNext() || !AreEqual(element, other[others.Current])) return false;
                continue;
            }
            int nameLength = StringLength(element);
            if (!TryFind(other, element[1..(nameLength - 1)], out int at, out int length)
                || !AreEqual(element[(nameLength + 1)..], other.Slice(at, length))) return false;
        }
        return true;
    }

    /// <summary>Where an array's elements stand; of an object, each name with its value.</summary>
    internal static ElementRanges Elements(ReadOnlySpan<byte> json) => new(json);

    internal ref struct ElementRanges(ReadOnlySpan<byte> json)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private int _end;

        public Range Current { get; private set; }

        public readonly ElementRanges GetEnumerator() => this;

        public bool MoveNext()
        {
            int start = _end + 1;
            if (_json[start - 1] is (byte)']' or (byte)'}' && start > 1) return false;
            if (_json[start] is (byte)']' or (byte)'}') return false;
            _end = start + ValueLength(_json[start..]);
            if (_json[_end] == ':') _end += 1 + ValueLength(_json[(_end + 1)..]);
            Current = start.._end;
            return true;
        }
    }

    private static int ValueLength(ReadOnlySpan<byte> json)
    {
        if (json[0] == '"') return StringLength(json);
        if (json[0] is not ((byte)'{' or (byte)'[')) return json.IndexOfAny(",}]"u8) is int end and >= 0 ? end : json.Length;
        int depth = 0;
        int at = 0;
        do
        {
            at += json[at..].IndexOfAny("\"{}[]"u8);
            switch (json[at])
            {
                case (byte)'"':
                    at += StringLength(json[at..]);
                    continue;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    depth--;
                    break;
            }
            at++;
        }
        while (depth > 0);
        return at;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        int at = 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"') return at + 1;
            at += 2;
        }
    }
}
