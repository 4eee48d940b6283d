using System.Net;
using System.Security;

namespace DynamoCosmos.Basics;

/// <summary>A secret on its way to an SDK. It has no public property and no text of its own, so it reaches no log, record or saved object.</summary>
public sealed class Secret
{
    private readonly SecureString _value;

    private Secret(SecureString value) => _value = value;

    /// <summary>Null stays null, so that an absent parameter is an absent secret.</summary>
    public static Secret? From(SecureString? value) => value is null ? null : new(value.Copy());

    internal string Reveal() => new NetworkCredential(string.Empty, _value).Password;

    public override string ToString() => "***";
}
