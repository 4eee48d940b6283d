using System.Text.Json;

namespace DynamoCosmos.Objects;

/// <summary>
/// Names of JSON as strings: a table's items repeat the same few, and need no new string each. Not for two threads at once.
/// </summary>
internal sealed class AttributeNames
{
    private const int Slots = 1024, MaxBytes = 64;

    private readonly (byte[]? Utf8, string Text)[] _slots = new (byte[]?, string)[Slots];

    /// <exception cref="InvalidOperationException">It is not valid UTF-8.</exception>
    internal string Get(scoped ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (reader.ValueIsEscaped || name.Length > MaxBytes) return reader.GetString()!;
        uint hash = (uint)name.Length;
        foreach (byte letter in name) hash = hash * 31 + letter;
        ref (byte[]? Utf8, string Text) slot = ref _slots[(hash ^ hash >> 16) % Slots];
        if (slot.Utf8 is null || !name.SequenceEqual(slot.Utf8)) slot = (name.ToArray(), reader.GetString()!);
        return slot.Text;
    }
}
