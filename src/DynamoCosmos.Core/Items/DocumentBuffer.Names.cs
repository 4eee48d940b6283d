using System.Buffers.Text;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Items.Text;

namespace DynamoCosmos.Items;

/// <summary>Names that Cosmos DB owns, and the values that the partition key is made of.</summary>
public sealed unsafe partial class DocumentBuffer
{
    private static readonly byte[] s_prefix = [.. "dynamo_"u8];

    private int _bodyAt;

    /// <summary>The top-level names are in the item's first scope.</summary>
    internal uint TopScope { get; set; }

    private void SettleNames()
    {
        // All decisions first, while every name stands where the table knows it; then the changes, from the end, so that none moves the
        // next one's place.
        for (int i = 0; i < _movedCount; i++)
        {
            NameRule rule = _plan.Rules[_moved[i]];
            ref Captured capture = ref _captures[rule.Index];
            capture.MovesBy = SaysTheId(rule, capture) ? -1 : FreeName(rule);
        }
        for (int i = _movedCount - 1; i >= 0; i--)
        {
            ref Captured capture = ref _captures[_moved[i]];
            if (capture.MovesBy < 0) Remove(ref capture);
            for (int n = 0; n < capture.MovesBy; n++) Insert(capture.PropertyAt + 2, s_prefix);
        }
    }

    // An attribute "id" that says what the document's id says stands in the document already, at its head.
    private bool SaysTheId(NameRule rule, in Captured capture) =>
        rule == _plan.Id && capture.Tag == TypeTag.String && Text(capture).SequenceEqual(IdUtf8);

    /// <summary>How many more times the prefix is needed until no other attribute has the name.</summary>
    private int FreeName(NameRule rule)
    {
        int prefixes = 0;
        int at = KeepText(rule.OutputName);
        int length = rule.OutputName.Length;
        while (IsTaken(NameAt(at, length)))
        {
            prefixes++;
            at = KeepText(s_prefix);
            for (int i = 1; i < prefixes; i++) KeepText(s_prefix);
            KeepText(rule.OutputName);
            length += s_prefix.Length;
        }
        Names.Add(TopScope, NameHash.Of(NameAt(at, length)), at, length, this);
        return prefixes;
    }

    private bool IsTaken(ReadOnlySpan<byte> name)
    {
        if (_plan.IsFixedName(name) || (Names.Contains(TopScope, name, this) && _plan.Top.Keeps(name))) return true;
        foreach (NameRule rule in _plan.Top.GivenNames)
        {
            if (_captures[rule.Index].IsPresent && name.SequenceEqual(rule.OutputName)) return true;
        }
        foreach (AddedProperty added in _plan.Added)
        {
            if (name.SequenceEqual(added.Slot.Name)) return true;
        }
        return false;
    }

    private void AddProperties()
    {
        foreach (AddedProperty added in _plan.Added)
        {
            if (_captures[added.Attribute.Index].IsInDocument && !added.Attribute.IsRenamed)
            {
                RejectLater(RejectionReason.NameConflict,
                    $"The property '{NameOf(added.Slot.Name)}' cannot be added: the item has an attribute of that name", -1);
            }
            byte[] name = added.Slot.Name;
            int length = name.Length + added.Value.Length + 4;
            _output.Reserve(_end + length + PinnedBytes.Padding, _end);
            Span<byte> into = _output.Array.AsSpan(_end, length);
            ",\""u8.CopyTo(into);
            name.CopyTo(into[2..]);
            "\":"u8.CopyTo(into[(2 + name.Length)..]);
            added.Value.CopyTo(into[(4 + name.Length)..]);
            _captures[added.Slot.Index] =
                new() { IsPresent = true, IsInDocument = true, PropertyAt = _end, ValueAt = _end + 4 + name.Length, End = _end + length };
            _end += length;
        }
    }

    private void Remove(ref Captured capture)
    {
        (int from, int to) = (capture.PropertyAt, capture.End);
        capture.IsPresent = capture.IsInDocument = false;
        if (from == _bodyAt)
        {
            _bodyAt = to;
            return;
        }
        new Span<byte>(_output.Start + to, _end - to).CopyTo(new(_output.Start + from, _end - to));
        Shift(to, from - to);
    }

    private void Insert(int at, ReadOnlySpan<byte> text)
    {
        _output.Reserve(_end + text.Length + PinnedBytes.Padding, _end);
        new Span<byte>(_output.Start + at, _end - at).CopyTo(new(_output.Start + at + text.Length, _end - at));
        text.CopyTo(new(_output.Start + at, text.Length));
        Shift(at, text.Length);
    }

    private void Shift(int from, int by)
    {
        _end += by;
        foreach (ref Captured capture in _captures.AsSpan())
        {
            if (capture.PropertyAt >= from) capture.PropertyAt += by;
            if (capture.ValueAt >= from) capture.ValueAt += by;
            if (capture.End >= from) capture.End += by;
        }
    }

    private bool MakePartitionKey()
    {
        for (int i = 0; i < _plan.Paths.Length; i++)
        {
            PartitionKeySource source = _plan.Paths[i];
            ref Component component = ref _partitionKey[i];
            component = default;
            if (source.IsDocumentId) component = new() { Kind = PartitionKeyKind.Text, IsId = true, Length = _idLength };
            else if (source.Attribute is not null)
            {
                ref Captured capture = ref _captures[source.Attribute.Index];
                // A string's own text is kept already; a number is what the document makes of it.
                if (capture.Tag != TypeTag.Number) component =
                    new() { Kind = PartitionKeyKind.Text, At = capture.TextAt, Length = capture.TextLength };
                else ReadComponent(capture.ValueAt, capture.End, ref component);
            }
            else if (!ReadPath(source, ref component)) return false;
            if (component.Kind == PartitionKeyKind.Text && component.Length > MaxPartitionKeyBytes)
            {
                return Fail(RejectionReason.PartitionKeyTooLong,
                    $"The partition key at {source.Path} has {component.Length} bytes, and Cosmos DB takes at most {MaxPartitionKeyBytes}");
            }
        }
        PartitionKeyCount = _plan.Paths.Length;
        return true;
    }

    private bool ReadPath(PartitionKeySource source, ref Component component)
    {
        if (!FindProperty(source.Segments[0], out int at, out int end)) return true;
        for (int i = 1; i < source.Segments.Length; i++)
        {
            if (!CanonicalJson.TryFind(new(_output.Start + at, end - at), source.Segments[i], out int valueAt, out int length)) return true;
            at += valueAt;
            end = at + length;
        }
        if (_output.Start[at] is (byte)'{' or (byte)'[')
        {
            return Fail(RejectionReason.KeyTypeMismatch,
                $"The value at the partition key path {source.Path} is {(_output.Start[at] == '{' ? "a map" : "a list or a set")}");
        }
        ReadComponent(at, end, ref component);
        return true;
    }

    private bool FindProperty(byte[] name, out int at, out int end)
    {
        for (int i = 0; i < _captures.Length; i++)
        {
            ref readonly Captured capture = ref _captures[i];
            (at, end) = (capture.ValueAt, capture.End);
            if (capture.IsInDocument && _plan.Rules[i].IsTop
                && new ReadOnlySpan<byte>(_output.Start + capture.PropertyAt + 2, at - capture.PropertyAt - 4)
                .SequenceEqual(name)) return true;
        }
        at = end = 0;
        return false;
    }

    private void ReadComponent(int at, int end, ref Component component)
    {
        ReadOnlySpan<byte> value = new(_output.Start + at, end - at);
        switch (value[0])
        {
            case (byte)'"':
                component.Kind = PartitionKeyKind.Text;
                _text.Reserve(_textLength + value.Length, _textLength);
                component.At = _textLength;
                component.Length = JsonText.Unescape(value[1..^1], _text.Array.AsSpan(_textLength));
                _textLength += component.Length;
                break;
            case (byte)'t' or (byte)'f':
                component.Kind = PartitionKeyKind.Boolean;
                component.Number = value[0] == 't' ? 1 : 0;
                break;
            case (byte)'n':
                component.Kind = PartitionKeyKind.Null;
                break;
            default:
                component.Kind = PartitionKeyKind.Number;
                Utf8Parser.TryParse(value, out component.Number, out _);
                break;
        }
    }
}
