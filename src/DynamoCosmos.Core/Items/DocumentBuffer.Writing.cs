using System.Buffers.Text;
using System.Text;

namespace DynamoCosmos.Items;

/// <content>What the readers write through: names, values, sets. The body begins behind a gap that later takes id and ttl without moving it.</content>
public sealed partial class DocumentBuffer
{
    // {"id":"…","ttl":2147483647, with every byte of the id escaped.
    private const int Gap = 2 * DocumentId.MaxBytes + 64;

    private readonly NameTable _names = new();
    private readonly SetSorter _sets = new();
    private readonly Capture[] _captures = new Capture[8];
    private readonly int[] _movedBy = new int[16];
    private readonly bool[] _moved = new bool[16];
    private ConversionPlan _plan = null!;
    private byte[] _bytes = new byte[4096];
    private int _length = Gap;
    private int _attributeStart, _attributeLength, _attributeReserved;
    private (int Start, int End, int Value) _idMember;
    private (int Value, int Length) _lastLoss;
    private readonly byte[] _lostDigits = new byte[9 * DecimalNumber.MaxTextLength];
    private int _lostLength;

    internal int Length => _length;

    internal Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Names in the innermost open object begin at the count that its opening found.</summary>
    internal NameTable Names => _names;

    internal void Begin(ConversionPlan plan)
    {
        _plan = plan;
        Array.Clear(_movedBy);
        Reason = RejectionReason.None;
        _detail = null;
        _id.Clear();
        _componentCount = 0;
        BeginBody();
    }

    /// <summary>Begins the document's attributes anew.</summary>
    internal void BeginBody()
    {
        _length = _start = Gap;
        _names.CutTo(0);
        Array.Clear(_captures);
        Array.Clear(_moved);
        NumberLosses = 0;
        _idMember = default;
        _lastLoss = default;
        _lostLength = 0;
        _attributeLength = 0;
    }

    /// <summary>Room for what one value needs beside the bytes that are copied.</summary>
    internal void Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }

    internal void Append(byte value)
    {
        Reserve(1);
        _bytes[_length++] = value;
    }

    internal void Append(scoped ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    internal void AppendRune(Rune rune)
    {
        Reserve(JsonText.MaxEscaped);
        _length += JsonText.WriteRune(rune, _bytes.AsSpan(_length));
    }

    internal void CutTo(int length) => _length = length;

    /// <summary>Settles the name that has just been written between its quotes at <paramref name="start"/>; false if the item has it already.</summary>
    /// <param name="watched">The index of the attribute if its value decides something, else -1.</param>
    internal bool CompleteAttributeName(int start, out int watched)
    {
        int contentStart = start + 1, length = _length - 1 - contentStart;
        (_attributeStart, _attributeLength) = (contentStart, length);
        watched = FindWatched(_bytes.AsSpan(contentStart, length));
        _attributeReserved = _plan.FindReserved(_bytes.AsSpan(contentStart, length));
        if (_attributeReserved >= 0) contentStart = MoveName(_attributeReserved, contentStart, length);
        if (!_names.TryAdd(0, _bytes, contentStart, length)) return Fail(RejectionReason.MalformedItem, $"The attribute '{AttributeName()}' comes twice.");
        Append((byte)':');
        return true;
    }

    /// <summary>Notes where the value of an attribute stands that decides something.</summary>
    /// <param name="memberStart">Where the comma before its name is.</param>
    internal void CompleteAttribute(int watched, byte type, int memberStart, int valueStart)
    {
        if (watched >= 0)
        {
            bool isLoss = _lastLoss.Length > 0 && _lastLoss.Value == valueStart;
            _captures[watched] = new(valueStart, _length - valueStart, type, isLoss ? _lostLength : -1, _lastLoss.Length);
            if (isLoss) _lostLength += _lastLoss.Length;
        }
        // An attribute called id of type S may turn out to be the document's id itself.
        if (_attributeReserved == 0 && type == 'S' && !_plan.Reserved[0].IsForced) _idMember = (memberStart, _length, valueStart);
    }

    /// <summary>Writes a number by the rule of N; false (and failed) for what is none, or is lost under NumberMode.Reject.</summary>
    internal bool WriteNumber(scoped ReadOnlySpan<byte> text) => TryParse(text, out DecimalNumber number) && Write(number, text);

    /// <summary>The same, as an element of the set that is open.</summary>
    internal bool WriteSetNumber(scoped ReadOnlySpan<byte> text)
    {
        int start = _length;
        if (!TryParse(text, out DecimalNumber number) || !Write(number, text)) return false;
        _sets.Add(start, _length - start, number.Order);
        return true;
    }

    /// <summary>Checks the string that was just written at <paramref name="start"/> as base64.</summary>
    internal bool CompleteBinary(int start)
    {
        ReadOnlySpan<byte> text = _bytes.AsSpan(start + 1, _length - start - 2);
        // IsValid forgives white space; the service writes none.
        if (Base64.IsValid(text, out int decoded) && text.Length % 4 == 0 && decoded == text.Length / 4 * 3 - (text.Length - text.TrimEnd((byte)'=').Length)) return true;
        return Fail(RejectionReason.MalformedItem, $"The attribute '{AttributeName()}' holds a binary value that is not base64.");
    }

    internal void BeginSet(bool numbers) => _sets.Begin(numbers);

    /// <summary>Takes the string that was just written at <paramref name="start"/> as an element of the set that is open.</summary>
    internal void AddSetText(int start) => _sets.Add(start, _length - start);

    /// <summary>Puts the elements in order.</summary>
    internal void CompleteSet() => _sets.Complete(_bytes);

    /// <summary>An object inside an attribute: its name, just written at <paramref name="start"/>, must be new in it.</summary>
    internal bool CompleteName(int start, int firstName)
    {
        if (!_names.TryAdd(firstName, _bytes, start + 1, _length - start - 2)) return Fail(RejectionReason.MalformedItem, $"A map in the attribute '{AttributeName()}' has a name twice.");
        Append((byte)':');
        return true;
    }

    internal string AttributeName() => _attributeLength == 0 ? "" : Shown(_bytes.AsSpan(_attributeStart, _attributeLength));

    /// <summary>True if an attribute's moved name is another attribute's own; the next try gives it a longer one.</summary>
    internal bool HasTakenName()
    {
        bool again = false;
        Span<byte> name = stackalloc byte[ConversionPlan.MovedPrefix.Length * 16 + 32];
        for (int i = 0; i < _plan.Reserved.Length; i++)
        {
            if (!_moved[i] || _plan.Reserved[i].IsForced) continue;
            int length = 0;
            for (int n = 0; n <= _movedBy[i]; n++)
            {
                "dynamo_"u8.CopyTo(name[length..]);
                length += ConversionPlan.MovedPrefix.Length;
            }
            _plan.Reserved[i].Name.CopyTo(name[length..]);
            length += _plan.Reserved[i].Name.Length;
            if (!_names.Contains(0, _bytes, name[..length])) continue;
            if (_movedBy[i]++ > 12) return Fail(RejectionReason.MalformedItem, "The item has a reserved name with every prefix that could move it.");
            again = true;
        }
        return again;
    }

    // Two keys must not meet in one id because a double cannot tell them apart: the id is made from the digits that were lost.
    private void KeepLostDigits(DecimalNumber number) => _lastLoss = (_length, number.Write(_lostDigits.AsSpan(_lostLength)));

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length <= 80 ? text : text[..80]);

    private bool TryParse(scoped ReadOnlySpan<byte> text, out DecimalNumber number) => DecimalNumber.TryParse(text, out number)
        || Fail(RejectionReason.MalformedItem, $"The attribute '{AttributeName()}' holds a number that DynamoDB cannot hold: '{Shown(text)}'.");

    private bool Write(DecimalNumber number, scoped ReadOnlySpan<byte> text)
    {
        NumberMode mode = _plan.Options.NumberMode;
        bool asString = mode == NumberMode.String;
        if (mode != NumberMode.String && !number.FitsDouble)
        {
            if (mode == NumberMode.Reject)
            {
                return Fail(RejectionReason.NumberLoss, $"The attribute '{AttributeName()}' holds {Shown(text)}, which a double cannot keep. Use -NumberMode Exact or String to keep it as a string.");
            }
            if (mode == NumberMode.Double)
            {
                KeepLostDigits(number);
                number = number.NearestDouble(out _);
                NumberLosses++;
            }
            asString = mode == NumberMode.Exact;
        }
        Reserve(DecimalNumber.MaxTextLength + 2);
        if (asString) _bytes[_length++] = (byte)'"';
        _length += number.Write(_bytes.AsSpan(_length));
        if (asString) _bytes[_length++] = (byte)'"';
        return true;
    }

    private int FindWatched(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _plan.Watched.Count; i++)
        {
            if (name.SequenceEqual(_plan.Watched[i].Canonical)) return i;
        }
        return -1;
    }

    // Puts the prefix in front of the name; the name itself keeps standing as the object's own, for finding doubles.
    private int MoveName(int reserved, int contentStart, int length)
    {
        _moved[reserved] = true;
        int shift = ConversionPlan.MovedPrefix.Length * (_movedBy[reserved] + 1);
        Reserve(shift);
        _bytes.AsSpan(contentStart, length + 1).CopyTo(_bytes.AsSpan(contentStart + shift));
        for (int at = contentStart; at < contentStart + shift; at += ConversionPlan.MovedPrefix.Length) "dynamo_"u8.CopyTo(_bytes.AsSpan(at));
        _length += shift;
        _attributeStart = contentStart + shift;
        return contentStart + shift;
    }

    /// <param name="Type">The DynamoDB type: S, N, B; another for the rest; 0 where the item does not have the attribute.</param>
    /// <param name="LostStart">Where the digits are kept that the written number lost, or -1.</param>
    private readonly record struct Capture(int Start, int Length, byte Type, int LostStart, int LostLength);
}
