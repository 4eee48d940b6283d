using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items;

/// <summary>What stands around an item: version marker, wrapper, and the record of a change.</summary>
internal unsafe ref partial struct IonReader
{
    internal ConversionOutcome Read(long now)
    {
        if (!ReadRecord()) return Reject();
        if (_members.Item != null) return _into.Complete(_output, now);
        return _members.NewImage != null ? ReadUpsert(now) : ReadDelete();
    }

    /// <summary>Reads an item's map, or finds those of a change.</summary>
    private bool ReadRecord()
    {
        StartDocument();
        byte* p = SkipMarkers(_start);
        if (p != null) p = *p == '{' && p[1] != '{'
            ? ReadWrapper(p + 1, isInner: false) : Fail(p == _end ? "The record is empty" : "The record is not a struct", p);
        if (p != null) p = SkipBlank(p);
        if (p != null && p != _end) p = Fail("Something stands behind the record", p);
        if (p != null && !_members.IsWhole) Fail("The record is neither an item nor a change: it has no Keys", _start);
        return _what is null;
    }

    private ConversionOutcome ReadUpsert(long now)
    {
        if (!ReadWhole(_members.Keys)) return Reject();
        (string?, string?) keys = _into.KeyTexts();
        if (!ReadWhole(_members.NewImage)) return Reject();
        if (keys != _into.KeyTexts())
        {
            Fail("The record's Keys are not those of its NewImage", _members.Keys);
            return Reject();
        }
        return _into.Complete(_output, now, isChange: true);
    }

    private ConversionOutcome ReadDelete()
    {
        bool isKeys = _plan.KeysSuffice || _members.OldImage == null;
        return ReadWhole(isKeys ? _members.Keys : _members.OldImage) ? _into.CompleteDelete(_output, isKeys) : Reject();
    }

    private bool ReadWhole(byte* map) => ReadItem(map) != null;

    private void StartDocument()
    {
        _output = _into.BeginDocument();
        _base = _into.At(0);
        if (_isTyped) BeginTyped();
    }

    private byte* SkipMarkers(byte* p)
    {
        while (true)
        {
            p = SkipBlank(p);
            if (p == null || *p != '$') return p;
            ReadOnlySpan<byte> word = new(p, IdentifierLength(p));
            if (word.SequenceEqual("$ion_symbol_table"u8)) return Fail("The record is a symbol table, which exports do not have", p);
            if (!word.SequenceEqual("$ion_1_0"u8)) return Fail("The record is not Ion 1.0", p);
            p += word.Length;
        }
    }

    /// <summary>Reads an item's map at once, since nothing may stand beside it; remembers where those of a change are.</summary>
    private byte* ReadWrapper(byte* p, bool isInner)
    {
        while (true)
        {
            p = SkipBlank(p);
            if (p == null) return null;
            if (*p == '}') return p + 1;
            byte* nameAt = p;
            int at = OutputAt(_output);
            p = ReadName(p);
            if (p == null) return null;
            ReadOnlySpan<byte> name = new(_base + at, OutputAt(_output) - at);
            bool isRecord = name.SequenceEqual("Record"u8), isItem = name.SequenceEqual("Item"u8);
            p = SkipBlank(p);
            if (p == null) return null;
            if (*p != ':') return Fail(p == _end ? TooEarly : "':' is expected", p);
            p = SkipBlank(p + 1);
            if (p == null) return null;
            if (!Belongs(name, p, isInner)) return Fail("The record has a member that does not belong, or one twice", nameAt);
            if (*p != '{' || p[1] == '{') return Fail("A member of the record is not a struct", p);
            if (isItem) p = ReadItem(p);
            else
            {
                _output = _base + at;
                p = isRecord ? ReadWrapper(p + 1, isInner: true) : SkipMap(p);
            }
            if (p == null) return null;
            p = SkipBlank(p);
            if (p == null) return null;
            if (*p == ',') p++;
            else if (*p != '}') return Fail(p == _end ? TooEarly : "A comma or the end of the record is expected", p);
        }
    }

    private bool Belongs(ReadOnlySpan<byte> name, byte* map, bool isInner)
    {
        // An item stands alone, and so does a Record.
        if (_members.Item != null || (_isRecord && !isInner)) return false;
        if (name.SequenceEqual("Item"u8)) return !isInner && _members.IsEmpty && _members.Add(name, map);
        if (!name.SequenceEqual("Record"u8)) return _members.Add(name, map);
        _isRecord = true;
        return !isInner && _members.IsEmpty;
    }

    private byte* ReadItem(byte* map)
    {
        StartDocument();
        return ReadMembers(map + 1, 0);
    }

    /// <summary>Reads a map to nowhere: it has to be sound wherever it stands.</summary>
    private byte* SkipMap(byte* p)
    {
        int at = OutputAt(_output);
        _into.Children = null;
        _maxDepth++;
        p = ReadMembers(p + 1, 1);
        _maxDepth--;
        _output = _base + at;
        return p;
    }

    private ConversionOutcome Reject()
    {
        _into.Reject(RejectionReason.MalformedItem, _what!, (int)(_whereAt - _start));
        _into.MakeIdIfKnown();
        return ConversionOutcome.Rejected;
    }
}
