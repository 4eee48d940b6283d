using System.Runtime.CompilerServices;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>What stands around an item: the wrapper of a full export, and the record of a change.</summary>
internal unsafe ref partial struct TypedJsonReader
{
    private static readonly ulong s_itemStart = BitConverter.ToUInt64("{\"Item\":"u8);

    internal ConversionOutcome Read(long now)
    {
        byte* p = _start;
        if (Unsafe.ReadUnaligned<ulong>(p) != s_itemStart || p[8] != '{') return ReadRecord(now);
        p = ReadItem(p + 9);
        if (p == null) return Reject();
        if (*p != '}' || p + 1 != _end)
        {
            p = EndOfLine(p);
            if (p == null) return Reject();
        }
        return _into.Complete(_output, now);
    }

    private ConversionOutcome ReadRecord(long now)
    {
        RecordMembers members = default;
        byte* p = SkipSpace(_start);
        if (p == _end) p = Fail("The line is empty", p);
        else if (*p != '{') p = Fail("The line is not a JSON object", p);
        else p = FindMembers(p + 1, ref members);
        if (p == null) return Reject();
        if (members.Item != null) return ReadWhole(members.Item) ? _into.Complete(_output, now) : Reject();
        return members.NewImage != null ? ReadUpsert(members, now) : ReadDelete(members);
    }

    private ConversionOutcome ReadUpsert(RecordMembers members, long now)
    {
        if (!ReadWhole(members.Keys)) return Reject();
        (string? PartitionKey, string? SortKey) keys = _into.KeyTexts();
        if (!ReadWhole(members.NewImage)) return Reject();
        if (keys != _into.KeyTexts())
        {
            Fail("The record's Keys are not those of its NewImage", members.Keys);
            return Reject();
        }
        return _into.Complete(_output, now, isChange: true);
    }

    private ConversionOutcome ReadDelete(RecordMembers members)
    {
        bool isKeys = _plan.KeysSuffice || members.OldImage == null;
        return ReadWhole(isKeys ? members.Keys : members.OldImage) ? _into.CompleteDelete(_output, isKeys) : Reject();
    }

    private bool ReadWhole(byte* map) => ReadItem(map + 1) != null;

    private byte* FindMembers(byte* p, ref RecordMembers members)
    {
        _output = _into.BeginDocument();
        _base = _into.At(0);
        p = SkipSpace(p);
        while (true)
        {
            if (*p != '"') return Fail(*p == '}' ? "The record has neither Item nor Keys" : "A name in quotes is expected", p);
            byte* name = p;
            byte* o = _output;
            p = CopyString(p + 1, o);
            if (p == null) return null;
            ReadOnlySpan<byte> text = new(o, (int)(_output - o));
            _output = o;
            p = Expect(p + 1, (byte)':');
            if (p == null) return null;
            if (!members.Add(text, p)) return Fail("The record has a member that does not belong, or one twice", name);
            if (*p != '{') return Fail("A member of the record is not an object", p);
            p = SkipAny(p, 0);
            if (p == null) return null;
            p = SkipSpace(p);
            if (*p == '}') break;
            if (*p != ',') return Fail(p == _end ? "The line ends too early" : "A comma or the end of the record is expected", p);
            p = SkipSpace(p + 1);
        }
        if (EndOfLine(p) == null) return null;
        return members.IsWhole ? p : Fail("The record is neither an item nor a change: it has no Keys, or both Item and others", p);
    }

    private byte* EndOfLine(byte* p)
    {
        p = SkipSpace(p);
        if (*p != '}') return Fail(p == _end ? "The line ends too early" : *p == ',' ? "The record has a member that does not belong, " +
            "or one twice" : "The end of the record is expected", p);
        p = SkipSpace(p + 1);
        return p == _end ? p : Fail("Something stands behind the record", p);
    }

    private ConversionOutcome Reject()
    {
        _into.Reject(RejectionReason.MalformedItem, _what!, (int)(_whereAt - _start));
        _into.MakeIdIfKnown();
        return ConversionOutcome.Rejected;
    }
}
