namespace DynamoCosmos.Items;

/// <summary>Steps over JSON whose contents do not matter, or not yet; it has to be JSON all the same.</summary>
internal unsafe ref partial struct TypedJsonReader
{
    // Two levels of JSON for each of DynamoDB's, and the attribute's own.
    private const int MaxJsonDepth = 2 * MaxDepth + 4;

    private byte* SkipAny(byte* p, int depth)
    {
        if (depth > MaxJsonDepth) return TooDeep(p);
        switch (*p)
        {
            case (byte)'"':
                return SkipString(p + 1);
            case (byte)'{':
                return SkipAll(p, depth, (byte)'}');
            case (byte)'[':
                return SkipAll(p, depth, (byte)']');
            case (byte)'t' when Literal(p, "true"u8):
            case (byte)'n' when Literal(p, "null"u8):
                return p + 4;
            case (byte)'f' when Literal(p, "false"u8):
                return p + 5;
            default:
                return SkipNumber(p);
        }
    }

    private byte* SkipAll(byte* p, int depth, byte end)
    {
        p = SkipSpace(p + 1);
        if (*p == end) return p + 1;
        while (true)
        {
            if (end == '}')
            {
                if (*p != '"') return Fail("A name in quotes is expected", p);
                p = SkipString(p + 1);
                if (p == null) return null;
                p = Expect(p, (byte)':');
                if (p == null) return null;
            }
            p = SkipAny(p, depth + 1);
            if (p == null) return null;
            p = SkipSpace(p);
            if (*p == end) return p + 1;
            if (*p != ',') return Fail(p == _end ? "The line ends too early" : $"A comma or '{(char)end}' is expected", p);
            p = SkipSpace(p + 1);
        }
    }

    private byte* SkipString(byte* p)
    {
        // Copied to where nothing stands yet, which proves the string's escapes on the way.
        byte* o = _output;
        p = CopyString(p, o);
        _output = o;
        return p == null ? null : p + 1;
    }

    private byte* SkipNumber(byte* p)
    {
        byte* start = p;
        if (*p == '-') p++;
        if (*p == '0') p++;
        else if (!SkipDigits(ref p)) return Fail(start == _end ? "The line ends too early" : "A JSON value is expected", start);
        if (*p == '.')
        {
            p++;
            if (!SkipDigits(ref p)) return Fail("A number is not JSON's", start);
        }
        if (*p is not ((byte)'e' or (byte)'E')) return p;
        p++;
        if (*p is (byte)'+' or (byte)'-') p++;
        return SkipDigits(ref p) ? p : Fail("A number is not JSON's", start);
    }

    private static bool SkipDigits(ref byte* p)
    {
        byte* start = p;
        while (*p is >= (byte)'0' and <= (byte)'9') p++;
        return p > start;
    }
}
