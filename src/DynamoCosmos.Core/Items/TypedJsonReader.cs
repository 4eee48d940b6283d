using System.Text.Json;

namespace DynamoCosmos.Items;

/// <summary>Reads one record of DynamoDB JSON in a single pass, writing the document as it goes.</summary>
internal ref partial struct TypedJsonReader(ReadOnlySpan<byte> line, DocumentBuffer document)
{
    /// <summary>Maps and lists inside one another. DynamoDB allows 32 levels; Cosmos DB 128, of which paths and the document take some.</summary>
    internal const int MaxDepth = 120;

    private readonly ReadOnlySpan<byte> _line = line;
    private readonly DocumentBuffer _document = document;
    private int _at;

    /// <summary><c>{"Item":{…}}</c>, or a record of an incremental export with Keys and, unless the item is gone, NewImage.</summary>
    internal bool ReadRecord(out bool isDelete)
    {
        isDelete = false;
        bool hasKeys = false, hasImage = false, hasItem = false, isChange = false;
        if (!Expect((byte)'{')) return Malformed("A record begins with '{'.");
        do
        {
            switch (ReadMember())
            {
                case Member.Item when !hasItem && !isChange:
                    hasItem = true;
                    if (!ReadItem()) return false;
                    break;
                case Member.NewImage when !hasImage && !hasItem:
                    hasImage = isChange = true;
                    if (!ReadItem()) return false;
                    break;
                case Member.Keys when !hasKeys && !hasItem:
                    hasKeys = isChange = true;
                    if (!(hasImage ? SkipValue() : ReadItem())) return false;
                    break;
                case Member.OldImage or Member.Metadata when !hasItem:
                    isChange = true;
                    if (!SkipValue()) return false;
                    break;
                default:
                    return Malformed("The record has neither the form {\"Item\":{…}} of a full export nor that of an incremental one.");
            }
        }
        while (TakeIf((byte)','));
        if (!Expect((byte)'}')) return Malformed("The record does not end.");
        SkipSpace();
        if (_at != _line.Length) return Malformed("Something follows the record.");
        if (!hasItem && !hasKeys) return Malformed("The record has neither Item nor Keys.");
        isDelete = !hasItem && !hasImage;
        return true;
    }

    private bool ReadItem()
    {
        _document.BeginBody();
        if (!Expect((byte)'{')) return Malformed("An item is an object of attributes.");
        if (TakeIf((byte)'}')) return true;
        do
        {
            int member = _document.Length;
            _document.Append((byte)',');
            int name = _document.Length;
            if (!ReadString()) return false;
            if (!_document.CompleteAttributeName(name, out int watched)) return false;
            if (!Expect((byte)':')) return Malformed("A name is followed by ':'.");
            int value = _document.Length;
            if (!ReadValue(0, out byte type)) return false;
            _document.CompleteAttribute(watched, type, member, value);
        }
        while (TakeIf((byte)','));
        return Expect((byte)'}') || Malformed("The item does not end.");
    }

    private bool ReadValue(int depth, out byte type)
    {
        type = 0;
        if (!Expect((byte)'{')) return Malformed("A value is an object of one type, such as {\"S\":\"text\"}.");
        int tag = ReadTag();
        type = (byte)(tag > 0xFF ? tag >> 8 : tag);
        bool isRead = tag switch
        {
            'S' => ReadString(),
            'N' => ReadNumber(isElement: false),
            'B' => ReadBinary(),
            'M' => ReadMap(depth + 1),
            'L' => ReadList(depth + 1),
            Tag.Bool => ReadBool(),
            Tag.Null => ReadNull(),
            Tag.StringSet => ReadSet(Tag.StringSet),
            Tag.NumberSet => ReadSet(Tag.NumberSet),
            Tag.BinarySet => ReadSet(Tag.BinarySet),
            _ => Malformed("The type is none of S, N, B, BOOL, NULL, M, L, SS, NS, BS."),
        };
        // Only the scalars S, N, B may decide something; a set's first letter must not pass for one.
        if (tag > 0xFF) type = (byte)'?';
        return isRead && (Expect((byte)'}') || Malformed("A value has one type and ends there."));
    }

    private bool ReadMap(int depth)
    {
        if (depth > MaxDepth) return Malformed($"The item has more than {MaxDepth} nested levels.");
        if (!Expect((byte)'{')) return Malformed("The value of M is an object.");
        _document.Append((byte)'{');
        if (!TakeIf((byte)'}'))
        {
            int firstName = _document.Names.Count;
            bool isFirst = true;
            do
            {
                if (!isFirst) _document.Append((byte)',');
                isFirst = false;
                int name = _document.Length;
                if (!ReadString() || !_document.CompleteName(name, firstName)) return false;
                if (!Expect((byte)':')) return Malformed("A name is followed by ':'.");
                if (!ReadValue(depth, out _)) return false;
            }
            while (TakeIf((byte)','));
            if (!Expect((byte)'}')) return Malformed("A map does not end.");
            _document.Names.CutTo(firstName);
        }
        _document.Append((byte)'}');
        return true;
    }

    private bool ReadList(int depth)
    {
        if (depth > MaxDepth) return Malformed($"The item has more than {MaxDepth} nested levels.");
        if (!Expect((byte)'[')) return Malformed("The value of L is an array.");
        _document.Append((byte)'[');
        if (!TakeIf((byte)']'))
        {
            bool isFirst = true;
            do
            {
                if (!isFirst) _document.Append((byte)',');
                isFirst = false;
                if (!ReadValue(depth, out _)) return false;
            }
            while (TakeIf((byte)','));
            if (!Expect((byte)']')) return Malformed("A list does not end.");
        }
        _document.Append((byte)']');
        return true;
    }

    private bool ReadSet(int tag)
    {
        if (!Expect((byte)'[')) return Malformed("The value of a set is an array.");
        _document.Append((byte)'[');
        if (!TakeIf((byte)']'))
        {
            _document.BeginSet(tag == Tag.NumberSet);
            bool isFirst = true;
            do
            {
                if (!isFirst) _document.Append((byte)',');
                isFirst = false;
                int start = _document.Length;
                if (tag == Tag.NumberSet)
                {
                    if (!ReadNumber(isElement: true)) return false;
                    continue;
                }
                if (!(tag == Tag.BinarySet ? ReadBinary() : ReadString())) return false;
                _document.AddSetText(start);
            }
            while (TakeIf((byte)','));
            if (!Expect((byte)']')) return Malformed("A set does not end.");
            _document.CompleteSet();
        }
        _document.Append((byte)']');
        return true;
    }

    private bool ReadBinary()
    {
        int start = _document.Length;
        return ReadString() && _document.CompleteBinary(start);
    }

    private bool ReadBool()
    {
        SkipSpace();
        ReadOnlySpan<byte> rest = _line[_at..];
        ReadOnlySpan<byte> word = rest.StartsWith("true"u8) ? "true"u8 : rest.StartsWith("false"u8) ? "false"u8 : [];
        if (word.IsEmpty) return Malformed("The value of BOOL is true or false.");
        _at += word.Length;
        _document.Append(word);
        return true;
    }

    private bool ReadNull()
    {
        SkipSpace();
        if (!_line[_at..].StartsWith("true"u8)) return Malformed("The value of NULL is true.");
        _at += 4;
        _document.Append("null"u8);
        return true;
    }

    // Metadata and OldImage become nothing, but what is not JSON is damage wherever it stands.
    private bool SkipValue()
    {
        try
        {
            Utf8JsonReader reader = new(_line[_at..], new JsonReaderOptions { MaxDepth = 4 * MaxDepth });
            reader.Read();
            reader.Skip();
            _at += (int)reader.BytesConsumed;
            return true;
        }
        catch (JsonException e)
        {
            return Malformed(e.Message);
        }
    }

    private bool Malformed(string what)
    {
        string attribute = _document.AttributeName();
        return _document.Fail(RejectionReason.MalformedItem, $"{what} At byte {_at + 1}{(attribute.Length > 0 ? $", attribute '{attribute}'" : "")}.");
    }
}
