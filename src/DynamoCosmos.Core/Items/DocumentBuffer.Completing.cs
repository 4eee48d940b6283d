using System.Buffers.Text;
using System.Text.Json;

namespace DynamoCosmos.Items;

/// <content>What follows when all attributes are written: keys, id, partition key, ttl.</content>
public sealed partial class DocumentBuffer
{
    // DynamoDB leaves items alone whose time lies more than five years back ("Using time to live"), so that an odd value deletes nothing.
    private const long MaxExpiredSeconds = 5L * 365 * 24 * 60 * 60;

    private readonly Component[] _components = new Component[PartitionKeyPath.MaxPaths];
    private readonly byte[] _componentText = new byte[PartitionKeyPath.MaxPaths * MaxPartitionKeyBytes];
    private int _componentCount, _componentTextLength;
    private byte[] _scratch = new byte[1024];

    private enum ValueKind : byte
    {
        Undefined,
        Null,
        False,
        True,
        Number,
        String,
    }

    internal ConversionOutcome Complete(long nowUnixSeconds, bool isDelete)
    {
        if (Reason != RejectionReason.None || !HasKey(_plan.PartitionKey) || !HasKey(_plan.SortKey) || !WriteId() || !ReadTtl(nowUnixSeconds, out int? ttl, out bool isExpired)) return ConversionOutcome.Rejected;
        RemoveIdMember();
        Append((byte)'}');
        WriteHead(ttl);
        if (!ReadPartitionKey()) return ConversionOutcome.Rejected;
        if (isDelete)
        {
            // A delete under a partition key that only the gone item knew would find nothing, and be taken for done.
            if (_components.AsSpan(0, _componentCount).Contains(default)) return Reject(RejectionReason.MissingKey, $"The item is gone, and its keys do not tell the partition key {string.Join(", ", _plan.PartitionKeyPaths)}.");
            _start = _length;
            return ConversionOutcome.Delete;
        }
        if (isExpired && _plan.Options.ExpiredItem == ExpiredItemAction.Skip) return ConversionOutcome.Expired;
        if (_length - _start <= MaxDocumentBytes) return ConversionOutcome.Document;
        return Reject(RejectionReason.ItemTooLarge, $"The document has {_length - _start:N0} bytes; Cosmos DB takes at most {MaxDocumentBytes:N0}.");
    }

    private bool HasKey(int key)
    {
        if (key < 0) return true;
        WatchedAttribute watched = _plan.Watched[key];
        Capture capture = _captures[key];
        if (capture.Type == 0) return Fail(RejectionReason.MissingKey, $"The item has no key attribute '{watched.Name}'.");
        string type = watched.Type!.Value.ToString();
        if (capture.Type != type[0]) return Fail(RejectionReason.KeyTypeMismatch, $"The key attribute '{watched.Name}' is of type {(char)capture.Type}; the table's key schema says {type}.");
        if (capture.Length == 2 && capture.Type != 'N') return Fail(RejectionReason.MissingKey, $"The key attribute '{watched.Name}' is empty, which DynamoDB does not allow.");
        return true;
    }

    private bool WriteId()
    {
        switch (_plan.Options.IdFrom)
        {
            case IdSource.SortKey:
                AppendIdText(_captures[_plan.SortKey]);
                break;
            case IdSource.Attribute:
                Capture attribute = _captures[_plan.IdAttribute];
                if (attribute.Type == 0 || attribute.Length == 2 && attribute.Type == 'S') return Fail(RejectionReason.MissingKey, $"The item has no attribute '{_plan.Options.IdAttribute}' to take its id from.");
                if (attribute.Type is not ((byte)'S' or (byte)'N' or (byte)'B')) return Fail(RejectionReason.KeyTypeMismatch, $"The attribute '{_plan.Options.IdAttribute}' is not a string, number or binary, so it cannot be an id.");
                AppendIdText(attribute);
                break;
            default:
                AppendIdText(_captures[_plan.PartitionKey]);
                if (_plan.SortKey < 0) break;
                _id.AppendJoin();
                AppendIdText(_captures[_plan.SortKey]);
                break;
        }
        _id.Complete();
        return true;
    }

    private void AppendIdText(Capture capture)
    {
        ReadOnlySpan<byte> value = capture.LostStart >= 0 ? _lostDigits.AsSpan(capture.LostStart, capture.LostLength) : _bytes.AsSpan(capture.Start, capture.Length);
        if (value[0] == '"') value = value[1..^1];
        switch (capture.Type)
        {
            case (byte)'N':
                _id.AppendPlain(value);
                break;
            case (byte)'B':
                _id.AppendBase64Url(value);
                break;
            default:
                _id.AppendText(Decoded(value));
                break;
        }
    }

    private void RemoveIdMember()
    {
        if (_idMember.End == 0 || !Decoded(_bytes.AsSpan(_idMember.Value + 1, _idMember.End - _idMember.Value - 2)).SequenceEqual(_id.Utf8)) return;
        int removed = _idMember.End - _idMember.Start;
        _bytes.AsSpan(_idMember.End, _length - _idMember.End).CopyTo(_bytes.AsSpan(_idMember.Start));
        _length -= removed;
        for (int i = 0; i < _captures.Length; i++)
        {
            if (_captures[i].Start > _idMember.Start) _captures[i] = _captures[i] with { Start = _captures[i].Start - removed };
        }
    }

    private bool ReadTtl(long now, out int? ttl, out bool isExpired)
    {
        ttl = null;
        isExpired = false;
        if (_plan.Ttl < 0 || _captures[_plan.Ttl] is not { Type: (byte)'N' } capture) return true;
        ReadOnlySpan<byte> text = capture.LostStart >= 0 ? _lostDigits.AsSpan(capture.LostStart, capture.LostLength) : _bytes.AsSpan(capture.Start, capture.Length);
        if (text[0] == '"') text = text[1..^1];
        DecimalNumber.TryParse(text, out DecimalNumber number);
        if (number.Floor() is not long expires) return true;
        long left = expires - now;
        isExpired = left <= 0 && left >= -MaxExpiredSeconds;
        if (left is > 0 and <= int.MaxValue) ttl = (int)left;
        return true;
    }

    // Id and ttl are written backwards from the body's first comma.
    private void WriteHead(int? ttl)
    {
        Span<byte> head = stackalloc byte[Gap];
        int at = 0;
        "{\"id\":\""u8.CopyTo(head);
        at += 7;
        foreach (byte b in _id.Utf8)
        {
            if (b == '"') head[at++] = (byte)'\\';
            head[at++] = b;
        }
        head[at++] = (byte)'"';
        if (ttl is int seconds)
        {
            ",\"ttl\":"u8.CopyTo(head[at..]);
            at += 7;
            Utf8Formatter.TryFormat(seconds, head[at..], out int written);
            at += written;
        }
        _start = Gap - at;
        head[..at].CopyTo(_bytes.AsSpan(_start));
    }

    private bool ReadPartitionKey()
    {
        _componentTextLength = 0;
        for (int i = 0; i < _plan.Components.Count; i++)
        {
            ComponentSource source = _plan.Components[i];
            ReadOnlySpan<byte> value = source.Kind switch
            {
                ComponentKind.Nested => FindNested(source.Path),
                ComponentKind.Attribute => _bytes.AsSpan(_captures[source.Watched].Start, _captures[source.Watched].Length),
                _ => [],
            };
            bool isRead = source.Kind == ComponentKind.DocumentId ? SetText(i, _id.Utf8) : SetComponent(i, value);
            if (!isRead) return false;
        }
        _componentCount = _plan.Components.Count;
        return true;
    }

    private bool SetComponent(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            _components[index] = default;
            return true;
        }
        switch (value[0])
        {
            case (byte)'"':
                return SetText(index, Decoded(value[1..^1]));
            case (byte)'t':
            case (byte)'f':
                _components[index] = new(value[0] == 't' ? ValueKind.True : ValueKind.False, 0, 0, 0);
                return true;
            case (byte)'n':
                _components[index] = new(ValueKind.Null, 0, 0, 0);
                return true;
            case (byte)'{':
            case (byte)'[':
                return Fail(RejectionReason.KeyTypeMismatch, $"The value at the partition key path {_plan.PartitionKeyPaths[index]} is an object or array.");
            default:
                Utf8Parser.TryParse(value, out double number, out _);
                _components[index] = new(ValueKind.Number, number, 0, 0);
                return true;
        }
    }

    private bool SetText(int index, ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxPartitionKeyBytes) return Fail(RejectionReason.PartitionKeyTooLong, $"The value at the partition key path {_plan.PartitionKeyPaths[index]} has {text.Length:N0} bytes; Cosmos DB takes at most {MaxPartitionKeyBytes:N0}.");
        text.CopyTo(_componentText.AsSpan(_componentTextLength));
        _components[index] = new(ValueKind.String, 0, _componentTextLength, text.Length);
        _componentTextLength += text.Length;
        return true;
    }

    private ReadOnlySpan<byte> ComponentText(int index) => _componentText.AsSpan(_components[index].TextStart, _components[index].TextLength);

    private ReadOnlySpan<byte> FindNested(byte[][] path)
    {
        ReadOnlySpan<byte> document = Document.Span;
        Utf8JsonReader reader = new(document, new JsonReaderOptions { MaxDepth = TypedJsonReader.MaxDepth + 2 });
        reader.Read();
        foreach (byte[] segment in path)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return [];
            while (true)
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.EndObject) return [];
                bool isIt = reader.ValueTextEquals(segment);
                reader.Read();
                if (isIt) break;
                reader.Skip();
            }
        }
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return document[start..(int)reader.BytesConsumed];
    }

    private ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> content)
    {
        if (content.IndexOf((byte)'\\') < 0) return content;
        if (_scratch.Length < content.Length) _scratch = new byte[content.Length];
        return _scratch.AsSpan(0, JsonText.Decode(content, _scratch));
    }

    private readonly record struct Component(ValueKind Kind, double Number, int TextStart, int TextLength);
}
