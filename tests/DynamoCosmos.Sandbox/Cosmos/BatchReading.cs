using System.Buffers.Binary;
using System.IO.Hashing;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>Walks the operations of a batch body: HybridRow records behind a segment header, each with its length and CRC-32.</summary>
internal ref struct BatchReading
{
    private const int SegmentLength = 10;
    private const int RecordLength = 13;

    private ReadOnlySpan<byte> _rest;

    internal BatchReading(ReadOnlySpan<byte> body)
    {
        if (body.Length < SegmentLength || !body.StartsWith(SegmentHead)) throw Broken("no segment header");
        // The segment's own length follows; what the SDK writes is the bare header.
        if (BinaryPrimitives.ReadInt32LittleEndian(body[6..]) != SegmentLength) throw Broken("a segment header of another length");
        _rest = body[SegmentLength..];
    }

    private static ReadOnlySpan<byte> SegmentHead => [0x81, 0xF0, 0xD8, 0xFF, 0x7F, 0x01];

    private static ReadOnlySpan<byte> RecordHead => [0x81, 0xF1, 0xD8, 0xFF, 0x7F];

    private static ReadOnlySpan<byte> OperationHead => [0x81, 0x70, 0x54, 0xE1, 0x7F];

    internal bool Next(out BatchOperation operation)
    {
        operation = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < RecordLength || !_rest.StartsWith(RecordHead)) throw Broken("no record header");
        int length = BinaryPrimitives.ReadInt32LittleEndian(_rest[5..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(_rest[9..]);
        if (length < 0 || length > _rest.Length - RecordLength) throw Broken("a record longer than the body");
        ReadOnlySpan<byte> row = _rest.Slice(RecordLength, length);
        if (Crc32.HashToUInt32(row) != crc) throw Broken("a record whose CRC-32 does not match");
        _rest = _rest[(RecordLength + length)..];
        operation = ReadRow(row);
        return true;
    }

    private static BatchOperation ReadRow(ReadOnlySpan<byte> row)
    {
        if (row.Length < 14 || !row.StartsWith(OperationHead)) throw Broken("a row that is no operation");
        byte present = row[5];
        if ((present & 0x03) != 0x03) throw Broken("an operation without type");
        if (BinaryPrimitives.ReadInt32LittleEndian(row[10..]) != 2) throw Broken("an operation on something else than a document");
        BatchOperation operation = new() { Kind = (CosmosOperationKind)BinaryPrimitives.ReadInt32LittleEndian(row[6..]) };
        ReadOnlySpan<byte> rest = row[14..];
        for (byte bit = 0x04; bit <= 0x40; bit <<= 1)
        {
            if ((present & bit) == 0) continue;
            ReadOnlySpan<byte> value = Take(ref rest);
            if (bit == 0x04) operation.PartitionKey = value;
            else if (bit == 0x10) operation.Id = value;
            else if (bit == 0x40) operation.Body = value;
        }
        while (!rest.IsEmpty) ReadSparse(ref rest, ref operation);
        return operation;
    }

    // Type, token, value: the few optional fields that the SDK sends.
    private static void ReadSparse(scoped ref ReadOnlySpan<byte> rest, scoped ref BatchOperation operation)
    {
        if (rest.Length < 2) throw Broken("a sparse field cut short");
        byte type = rest[0], token = rest[1];
        rest = rest[2..];
        switch (type)
        {
            case 0x14:
                ReadOnlySpan<byte> text = Take(ref rest);
                if (token == 9) operation.IfMatch = text;
                else if (token == 10) operation.IfNoneMatch = text;
                break;
            case 0x07:
                rest = rest[4..];
                break;
            case 0x02 or 0x03:
                if (token == 12) operation.IsMinimal = type == 0x03;
                break;
            default:
                throw Broken($"a sparse field of type {type:X2}");
        }
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest)
    {
        int length = 0, shift = 0, at = 0;
        while (true)
        {
            if (at == rest.Length || shift > 28) throw Broken("a length cut short");
            byte part = rest[at++];
            length |= (part & 0x7F) << shift;
            if (part < 0x80) break;
            shift += 7;
        }
        if (length < 0 || length > rest.Length - at) throw Broken("a field longer than its row");
        ReadOnlySpan<byte> value = rest.Slice(at, length);
        rest = rest[(at + length)..];
        return value;
    }

    private static RefusedException Broken(string why) => new(StandInRefusal.BadRequest("The batch request is malformed: " + why + "."));
}

/// <summary>One operation; its fields point into the request.</summary>
internal ref struct BatchOperation
{
    internal CosmosOperationKind Kind;
    internal ReadOnlySpan<byte> PartitionKey;
    internal ReadOnlySpan<byte> Id;
    internal ReadOnlySpan<byte> Body;
    internal ReadOnlySpan<byte> IfMatch;
    internal ReadOnlySpan<byte> IfNoneMatch;
    internal bool IsMinimal;
}
