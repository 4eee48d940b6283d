using System.Text;
using System.Text.Json;

namespace DynamoCosmos.Sources;

/// <summary>
/// What a scan's or query's answer tells of itself beside its items: how many there are, and whether more follow elsewhere.
/// </summary>
internal sealed class ItemPage
{
    private long _items;
    private long? _count;
    private bool _hasToken;
    private bool _isOpen;

    /// <summary>What the members behind the items are read with in front of them.</summary>
    internal static ReadOnlySpan<byte> Start => "{\"Items\":null"u8;

    /// <summary>How many answers there were.</summary>
    internal long Number { get; private set; }

    /// <summary>The one that ended last is not the scan's end.</summary>
    internal bool IsOpen { get; private set; }

    /// <param name="text">From the answer's beginning to its items: <c>{"Count":2,"Items":</c>.</param>
    internal void Begin(ReadOnlySpan<byte> text)
    {
        Number++;
        (_items, _count, _hasToken, _isOpen) = (0, null, false, false);
        Read([.. text, .. "null}"u8]);
    }

    /// <summary>An item has ended.</summary>
    internal void Count(bool isInPage)
    {
        _items++;
        // What stands outside of any answer has no end that could be missing.
        if (!isInPage) IsOpen = false;
    }

    /// <param name="text"><see cref="Start"/> and what stands behind the items.</param>
    /// <exception cref="PageCountException">It has fewer items than it says.</exception>
    internal void End(ReadOnlySpan<byte> text)
    {
        Read(text.ToArray());
        // The AWS CLI keeps the service's Count where --max-items cuts the list, and gives less than there are where --starting-token goes
        // on.
        if (_count > _items && !_hasToken) throw new PageCountException(Number, _count.Value, _items);
        IsOpen = _isOpen;
    }

    private void Read(byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty member in document.RootElement.EnumerateObject()) Read(member);
        }
        catch (JsonException error)
        {
            throw new FormatException("what stands beside its items is no JSON: " +
                $"{Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(100, text.Length)))}", error);
        }
    }

    private void Read(JsonProperty member)
    {
        switch (member.Name)
        {
            case "Count" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out long count):
                _count = count;
                break;
            case "LastEvaluatedKey" when member.Value.ValueKind == JsonValueKind.Object && member.Value.EnumerateObject().Any():
                _isOpen = true;
                break;
            case "NextToken" when member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is not "":
                _hasToken = _isOpen = true;
                break;
        }
    }
}

/// <summary>An answer of a scan has fewer items than its Count says.</summary>
internal sealed class PageCountException(long page, long expected, long actual) : Exception
{
    internal long Page => page;

    internal long Expected => expected;

    internal long Actual => actual;
}
