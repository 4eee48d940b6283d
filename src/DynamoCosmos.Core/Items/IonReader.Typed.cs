using System.Buffers;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Typed DynamoDB JSON in place of a document: the same record as an export in JSON would have it.</summary>
internal unsafe ref partial struct IonReader
{
    // {"BOOL": and {"NULL":; the blank behind shorter types means nothing in JSON.
    private const int TagLength = 8;

    /// <returns>False where the record is refused; the buffer tells why.</returns>
    internal bool ReadTyped(IBufferWriter<byte> into, bool withMetadata = false)
    {
        if (!ReadRecord()) return RejectTyped();
        into.Write("{"u8);
        if (_members.Item != null) WriteMap("\"Item\":{"u8, into);
        // Keys come first, so that a comma stands before each of the others.
        else if (!WriteMap("\"Keys\":{"u8, _members.Keys, into) || !WriteMap(",\"NewImage\":{"u8, _members.NewImage, into)
            || !WriteMap(",\"OldImage\":{"u8, _members.OldImage, into)
            || (withMetadata && !WriteMap(",\"Metadata\":{"u8, _members.Metadata, into))) return RejectTyped();
        into.Write("}"u8);
        return true;
    }

    private bool WriteMap(ReadOnlySpan<byte> opening, byte* map, IBufferWriter<byte> into)
    {
        if (map == null) return true;
        if (!ReadWhole(map)) return false;
        WriteMap(opening, into);
        return true;
    }

    /// <summary>What has been read last: a comma before each member.</summary>
    private readonly void WriteMap(ReadOnlySpan<byte> opening, IBufferWriter<byte> into)
    {
        into.Write(opening);
        byte* members = _base + _bodyAt;
        if (_output > members) into.Write(new ReadOnlySpan<byte>(members + 1, (int)(_output - members) - 1));
        into.Write("}"u8);
    }

    /// <summary>No name has a meaning, and numbers are the texts of their digits.</summary>
    private void BeginTyped()
    {
        _into.Children = null;
        _into.Mode = NumberMode.String;
        _bodyAt = OutputAt(_output);
    }

    private byte* ReadTagged(byte* p, int depth)
    {
        int at = OutputAt(_output);
        _output += TagLength;
        p = ReadBare(p, depth);
        if (p == null) return null;
        TagText(_tag).CopyTo(new Span<byte>(_base + at, TagLength));
        if (_tag == TypeTag.Null) "true"u8.CopyTo(new Span<byte>(_base + at + TagLength, 4));
        *_output++ = (byte)'}';
        return p;
    }

    private static ReadOnlySpan<byte> TagText(byte tag) => tag switch
    {
        TypeTag.String => "{\"S\":   "u8,
        TypeTag.Number => "{\"N\":   "u8,
        TypeTag.Binary => "{\"B\":   "u8,
        TypeTag.Map => "{\"M\":   "u8,
        TypeTag.List => "{\"L\":   "u8,
        TypeTag.Bool => "{\"BOOL\":"u8,
        TypeTag.StringSet => "{\"SS\":  "u8,
        TypeTag.NumberSet => "{\"NS\":  "u8,
        TypeTag.BinarySet => "{\"BS\":  "u8,
        _ => "{\"NULL\":"u8,
    };

    private readonly bool RejectTyped()
    {
        _into.Reject(RejectionReason.MalformedItem, _what!, (int)(_whereAt - _start));
        return false;
    }
}
