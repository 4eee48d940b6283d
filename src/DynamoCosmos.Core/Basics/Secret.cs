using System.Net;
using System.Security;

namespace DynamoCosmos.Basics;

/// <summary>
/// A secret on its way to an SDK. It has no public property and no text of its own, so it reaches no log, record or saved object.
/// </summary>
public sealed class Secret
{
    private readonly SecureString _value;

    private Secret(SecureString value) => _value = value;

    /// <summary>Null stays null, so that an absent parameter is an absent secret.</summary>
    public static Secret? From(SecureString? value) => value is null ? null : new(value.Copy());

    /// <summary>For hosts whose secrets come as text, such as from an environment variable.</summary>
    public static Secret From(ReadOnlySpan<char> value)
    {
        SecureString secret = new();
        foreach (char c in value) secret.AppendChar(c);
        secret.MakeReadOnly();
        return new(secret);
    }

    /// <inheritdoc cref="From(SecureString?)"/>
    public static Secret? From(string? value) => value is null ? null : From(value.AsSpan());

    internal string Reveal() => new NetworkCredential(string.Empty, _value).Password;

    /// <summary>Two secrets are equal when their texts are, so that settings with equal secrets are equal settings.</summary>
    public override bool Equals(object? obj) =>
        obj is Secret other && (ReferenceEquals(_value, other._value)
            || (_value.Length == other._value.Length && Reveal() == other.Reveal()));

    /// <summary>Only its length, so that a hash tells nothing more.</summary>
    public override int GetHashCode() => _value.Length;

    public override string ToString() => "***";
}
