using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Sandbox.Cosmos;

/// <summary>The check of a request signed with the account's key.</summary>
internal sealed class RequestSignature(string accountKey)
{
    // The service accepts a date within 15 minutes of its own clock.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(15);

    private readonly byte[] _key = Convert.FromBase64String(accountKey);

    internal bool IsValid(string signature, string method, string path, string? date)
    {
        if (date is null) return false;
        (string type, string link) = Resource(path);
        string text = $"{method.ToLowerInvariant()}\n{type}\n{link}\n{date.ToLowerInvariant()}\n\n";
        byte[] expected = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
        byte[] given = new byte[signature.Length];
        return Convert.TryFromBase64String(signature, given, out int written)
            && CryptographicOperations.FixedTimeEquals(expected, given.AsSpan(0, written));
    }

    internal static bool IsTimely(string? date, DateTimeOffset now) =>
        DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            && (at - now).Duration() <= s_tolerance;

    /// <summary>
    /// An even number of segments names one resource, an odd one a feed. What is addressed by _rid is signed by the rid in lower case.
    /// </summary>
    internal static (string Type, string Link) Resource(string path)
    {
        string[] parts = path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return ("", "");
        bool isOne = parts.Length % 2 == 0;
        string type = isOne ? parts[^2] : parts[^1];
        if (type == "offers") return (type, isOne ? parts[^1].ToLowerInvariant() : "");
        if (type == "pkranges") return (type, isOne ? parts[^1].ToLowerInvariant() : parts[^2].ToLowerInvariant());
        return (type, string.Join('/', isOne ? parts : parts[..^1]));
    }
}
