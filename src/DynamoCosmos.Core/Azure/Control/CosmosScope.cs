using System.Security.Cryptography;
using System.Text;

namespace DynamoCosmos.Azure.Control;

/// <summary>The scope of a data role in an account: <c>/</c>, <c>/dbs/NAME</c> or <c>/dbs/NAME/colls/NAME</c>.</summary>
public static class CosmosScope
{
    internal const string Account = "/";

    /// <param name="database">Null for the whole account.</param>
    /// <param name="container">Null for the whole database.</param>
    public static string Of(string? database, string? container) =>
        database is null ? Account : container is null ? $"/dbs/{database}" : $"/dbs/{database}/colls/{container}";

    /// <summary>From what a user or the service wrote, relative or with the account's id before it.</summary>
    internal static string Relative(string accountId, string scope)
    {
        string below = scope;
        if (scope.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase))
        {
            // The next character must end the account's name: mycosmos2 does not lie in mycosmos.
            if (!scope.StartsWith(accountId, StringComparison.OrdinalIgnoreCase)
                || (scope.Length > accountId.Length && scope[accountId.Length] != '/'))
                throw AccessErrors.ScopeOutsideAccount(scope, accountId);
            below = scope[accountId.Length..];
        }
        below = below.TrimEnd('/');
        return below.Split('/') is [""] or ["", "dbs", { Length: > 0 }] or ["", "dbs", { Length: > 0 }, "colls", { Length: > 0 }]
            ? below.Length == 0 ? Account : below
            : throw AccessErrors.ScopeOutsideAccount(scope, accountId);
    }

    internal static string Full(string accountId, string relative) => relative == Account ? accountId : accountId + relative;

    internal static bool Covers(string outer, string inner)
    {
        string trimmed = outer.TrimEnd('/');
        return inner.StartsWith(trimmed, StringComparison.Ordinal) && (inner.Length == trimmed.Length || inner[trimmed.Length] == '/');
    }
}

/// <summary>Ids that are a function of what they stand for, so that a rerun finds what an earlier run made.</summary>
internal static class StableId
{
    /// <summary>A version 8 (custom) UUID of the SHA-256 of the parts, without regard to case.</summary>
    internal static Guid Of(params string[] parts)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts).ToLowerInvariant()), hash);
        Span<byte> id = hash[..16];
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new(id, bigEndian: true);
    }
}
