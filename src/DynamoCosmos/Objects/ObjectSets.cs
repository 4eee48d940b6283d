using System.Collections;
using System.Collections.Concurrent;

namespace DynamoCosmos.Objects;

/// <summary>
/// Tells which of .NET's collections are sets of DynamoDB: a HashSet or SortedSet whose elements are all texts, all numbers or all
/// binaries.
/// </summary>
internal static class ObjectSets
{
    private static readonly ConcurrentDictionary<Type, bool> s_isSet = new();

    /// <returns>SS, NS or BS; null for what is a list: no set, one of several kinds of elements, and an empty one, which DynamoDB does not
    /// have.</returns>
    internal static string? TagOf(IEnumerable some)
    {
        if (some is not DeserializedSet
            && !s_isSet.GetOrAdd(some.GetType(), static type => type.GetInterfaces()
            .Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ISet<>)))) return null;
        string? tag = null;
        foreach (object? element in some)
        {
            object? value = DeserializedObjects.Unwrap(element);
            string? own = value switch
            {
                string => "SS",
                byte[] => "BS",
                not null when ItemObjectWriter.IsNumber(value) => "NS",
                _ => null,
            };
            if (own is null || (tag is not null && tag != own)) return null;
            tag = own;
        }
        return tag;
    }
}
