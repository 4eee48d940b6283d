using System.Buffers.Text;
using DynamoCosmos.Items.Conditions;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>What is known only when an item has been read to its end: id, names, partition key, time to live, size.</summary>
public sealed unsafe partial class DocumentBuffer
{
    /// <summary>
    /// DynamoDB does not delete items that expired longer ago than five years; counted as 5 × 365 days, so that in doubt an item is kept.
    /// </summary>
    internal const long MaxSecondsPast = 5L * 365 * 86400;

    /// <param name="isChange">The item is what an update made of one that may be written already.</param>
    internal ConversionOutcome Complete(byte* end, long now, bool isChange = false)
    {
        IsChange = isChange;
        SetAttribute(0, 0);
        _end = OffsetOf(end);
        if (!MakeId()) return Outcome = ConversionOutcome.Rejected;
        if (_plan.Routes is not null) return FindRoute(_plan.Routes);
        if (_plan.Added.Length > 0) AddProperties();
        if (_movedCount > 0) SettleNames();
        bool hasPartitionKey = MakePartitionKey();
        if (_plan.Condition is Condition condition && !condition.IsTrue(this)) return Pass(ConversionOutcome.Filtered, isChange
            && hasPartitionKey);
        long ttl = Ttl(now);
        if (ttl < 0 && _plan.Options.ExpiredItem == ExpiredItemAction.Skip) return Pass(ConversionOutcome.Expired, isChange
            && hasPartitionKey);
        if (_later.Reason != RejectionReason.None) return RejectNow();
        if (!hasPartitionKey) return Outcome = ConversionOutcome.Rejected;
        WriteHead(ttl);
        if (_end - _start > MaxDocumentBytes)
        {
            return Reject(RejectionReason.ItemTooLarge,
                $"The document has {_end - _start} bytes, and Cosmos DB takes at most {MaxDocumentBytes}");
        }
        return Outcome = ConversionOutcome.Document;
    }

    /// <summary>The record deletes what has this id and partition key.</summary>
    /// <param name="isOfKeys">Nothing but the table's keys was read.</param>
    internal ConversionOutcome CompleteDelete(byte* end, bool isOfKeys)
    {
        IsChange = true;
        SetAttribute(0, 0);
        _end = OffsetOf(end);
        if (!MakeId()) return Outcome = ConversionOutcome.Rejected;
        if (_plan.Routes is not null)
        {
            return isOfKeys && !_plan.KeysSuffice
                ? Reject(RejectionReason.MissingKey, "The item is gone, and the record does not tell which route it took")
                : FindRoute(_plan.Routes);
        }
        if (_plan.Added.Length > 0) AddProperties();
        if (_movedCount > 0) SettleNames();
        if (!MakePartitionKey()) return Outcome = ConversionOutcome.Rejected;
        // Under a partition key that only the gone item knew a delete would find nothing, and be taken for done.
        for (int i = 0; i < PartitionKeyCount; i++)
        {
            if (_partitionKey[i].Kind == PartitionKeyKind.Undefined)
            {
                return Reject(RejectionReason.MissingKey,
                    $"The item is gone, and the record does not tell the value of the partition key path {_plan.Paths[i].Path}");
            }
        }
        return Outcome = ConversionOutcome.Delete;
    }

    private ConversionOutcome FindRoute(Condition?[] routes)
    {
        for (int i = 0; i < routes.Length; i++)
        {
            if (routes[i] is Condition condition && !condition.IsTrue(this)) continue;
            Route = i;
            return Pass(ConversionOutcome.Document, deletes: false);
        }
        if (_plan.Condition is Condition filter && !filter.IsTrue(this)) return Pass(ConversionOutcome.Filtered, deletes: false);
        return Reject(RejectionReason.NoRoute, "No route takes the item");
    }

    // Nothing that could be wrong with its document matters any more. What an earlier state of the item has written has to go.
    private ConversionOutcome Pass(ConversionOutcome outcome, bool deletes)
    {
        (Reason, Detail) = (RejectionReason.None, "");
        return Outcome = deletes ? ConversionOutcome.Delete : outcome;
    }

    /// <summary>For a rejection: shows the id if the keys had been read by then.</summary>
    internal void MakeIdIfKnown()
    {
        (RejectionReason reason, string detail) = (Reason, Detail);
        if (!MakeId()) _idLength = 0;
        (Reason, Detail) = (reason, detail);
    }

    /// <summary>Remembers the keys' texts, to compare them with another map of the same record.</summary>
    internal (string? PartitionKey, string? SortKey) KeyTexts() =>
        (TextOf(_plan.PartitionKey), _plan.SortKey is null ? null : TextOf(_plan.SortKey));

    /// <summary>Of an item that was not rejected: the text of its table's partition key.</summary>
    internal ReadOnlySpan<byte> PartitionKeyText => Text(_captures[_plan.PartitionKey.Index]);

    /// <summary>The same of the sort key; empty where the table has none.</summary>
    internal ReadOnlySpan<byte> SortKeyText => _plan.SortKey is null ? default : Text(_captures[_plan.SortKey.Index]);

    private string? TextOf(NameRule rule) =>
        _captures[rule.Index].IsPresent ? System.Text.Encoding.UTF8.GetString(Text(_captures[rule.Index])) : null;

    private bool MakeId()
    {
        if (!Check(_plan.PartitionKey, _plan.Keys.PartitionKey.Type)) return false;
        if (_plan.SortKey is not null && !Check(_plan.SortKey, _plan.Keys.SortKey!.Type)) return false;
        if (_plan.IdAttribute is not null && !Check(_plan.IdAttribute, null)) return false;
        _idLength = 0;
        switch (_plan.Options.IdFrom)
        {
            case IdSource.Attribute:
                AppendId(_captures[_plan.IdAttribute!.Index]);
                break;
            case IdSource.SortKey:
                AppendId(_captures[_plan.SortKey!.Index]);
                break;
            default:
                AppendId(_captures[_plan.PartitionKey.Index]);
                if (_plan.SortKey is null) break;
                _id[_idLength++] = (byte)'|';
                AppendId(_captures[_plan.SortKey.Index]);
                break;
        }
        _idLength = IdText.Cut(_id, _idLength);
        return true;
    }

    private bool Check(NameRule rule, KeyType? type)
    {
        ref Captured capture = ref _captures[rule.Index];
        string role = type is null ? "id attribute" : "key attribute";
        if (!capture.IsPresent) return Fail(RejectionReason.MissingKey, $"The item has no {role} '{NameOf(rule.Name)}'");
        // Plain JSON has binary keys as base64 strings.
        if (type == KeyType.B && capture.Tag == TypeTag.String && _plan.Format == ItemFormat.Json
            && Base64Text.IsCanonical(Text(capture))) capture.Tag = TypeTag.Binary;
        byte wanted = type switch { KeyType.S => (byte)'S', KeyType.N => (byte)'N', KeyType.B => (byte)'B', _ => capture.Tag };
        if (capture.Tag != wanted || capture.Tag is not ((byte)'S' or (byte)'N' or (byte)'B'))
        {
            return Fail(RejectionReason.KeyTypeMismatch,
                $"The {role} '{NameOf(rule.Name)}' is of type {TypeName(capture.Tag)}, not " +
                    $"{(type is null ? "S, N or B" : type.ToString())}");
        }
        return capture.TextLength > 0 || Fail(RejectionReason.MissingKey, $"The {role} '{NameOf(rule.Name)}' is empty");
    }

    private void AppendId(in Captured key)
    {
        // One more byte for the bar between two keys, and room for the hash of a long one.
        int room = _idLength + IdText.MaxEscapedLength(key.TextLength) + 1;
        if (_id.Length < room) Array.Resize(ref _id, Math.Max(room, 2 * _id.Length));
        ReadOnlySpan<byte> text = Text(key);
        Span<byte> into = _id.AsSpan(_idLength);
        _idLength += key.Tag == 'B' ? Base64Text.ToUrl(text, into) : IdText.Escape(text, into);
    }

    private long Ttl(long now)
    {
        if (_plan.Ttl is null || _captures[_plan.Ttl.Index] is not { IsPresent: true, Tag: (byte)'N' } capture) return 0;
        ReadOnlySpan<byte> text = Text(capture);
        if (!Utf8Parser.TryParse(text, out long expires, out int read) || read != text.Length)
        {
            _ = DynamoNumber.Parse(text, out DynamoNumber number);
            expires = number.Floor();
        }
        if (expires <= now) return expires >= now - MaxSecondsPast ? -1 : 0;
        return expires - now <= int.MaxValue ? expires - now : 0;
    }

    private void WriteHead(long ttl)
    {
        // Written backwards from the first attribute's comma.
        byte* at = _output.Start + _bodyAt;
        if (ttl > 0)
        {
            for (; ttl > 0; ttl /= 10) *--at = (byte)('0' + ttl % 10);
            at -= 7;
            ",\"ttl\":"u8.CopyTo(new Span<byte>(at, 7));
        }
        *--at = (byte)'"';
        ReadOnlySpan<byte> id = IdUtf8;
        // A quote is the only character that an id may hold and JSON must escape.
        for (int quote; (quote = id.LastIndexOf((byte)'"')) >= 0; id = id[..quote])
        {
            at -= id.Length - quote;
            id[quote..].CopyTo(new(at, id.Length - quote));
            *--at = (byte)'\\';
        }
        at -= id.Length;
        id.CopyTo(new(at, id.Length));
        at -= 7;
        "{\"id\":\""u8.CopyTo(new Span<byte>(at, 7));
        _start = OffsetOf(at);
        _output.Start[_end++] = (byte)'}';
    }

    private ReadOnlySpan<byte> Text(in Captured capture) => _text.Array.AsSpan(capture.TextAt, capture.TextLength);

    private bool Fail(RejectionReason reason, string what)
    {
        Reject(reason, what);
        return false;
    }

    /// <param name="name">As JSON text.</param>
    private static string NameOf(byte[] name)
    {
        byte[] text = new byte[name.Length];
        return System.Text.Encoding.UTF8.GetString(text, 0, JsonText.Unescape(name, text));
    }

    private static string TypeName(byte tag) => tag switch
    {
        TypeTag.Bool => "BOOL",
        TypeTag.Null => "NULL",
        TypeTag.StringSet => "SS",
        TypeTag.NumberSet => "NS",
        TypeTag.BinarySet => "BS",
        _ => ((char)tag).ToString(),
    };
}
