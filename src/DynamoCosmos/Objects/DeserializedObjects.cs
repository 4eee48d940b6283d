using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq.Expressions;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Numerics;
using System.Reflection;
using DynamoCosmos.Items;

namespace DynamoCosmos.Objects;

/// <summary>
/// Takes values out of PowerShell's wrappers. A value that went through serialization (Start-Job, remoting, Export-Clixml) comes back as a
/// property bag named <c>Deserialized.…</c>: those whose value can be read back whole are read, and all others are refused, since their
/// properties are not the value.
/// </summary>
internal static class DeserializedObjects
{
    private const string Mark = "Deserialized.";

    private static readonly Func<PSObject, Collection<string>> s_typeNames = FindTypeNames();

    /// <returns>The value itself; an object with properties stays a PSObject.</returns>
    /// <exception cref="NotAnItemException">Serialization left nothing that the value can be read from.</exception>
    internal static object? Unwrap(object? given)
    {
        if (given is not PSObject wrapped) return given is DBNull ? null : given;
        if (ReferenceEquals(given, AutomationNull.Value)) return null;
        object value = wrapped.BaseObject;
        if (value is string text) return IsCutOff(wrapped, text)
            ? throw new NotAnItemException($"serialization cut off the object '{text}': give Export-Clixml or PSSerializer a larger -Depth")
            : text;
        if (TypeOf(wrapped) is not string type) return value is PSCustomObject ? wrapped : value;
        Collection<string> types = s_typeNames(wrapped);
        return value switch
        {
            IDictionary => value,
            IEnumerable elements => IsSet(type) ? new DeserializedSet(elements) : elements,
            _ when types.Contains(Mark + "System.Management.Automation.PSCustomObject") => wrapped,
            _ when types.Contains(Mark + "System.Enum") => wrapped.ToString(),
            not PSCustomObject => value,
            _ => Read(wrapped, type),
        };
    }

    /// <summary>The type that an object had before serialization; null where it has not been through it.</summary>
    internal static string? TypeOf(PSObject given) =>
        s_typeNames(given) is [string first, ..] && first.StartsWith(Mark, StringComparison.Ordinal) ? first[Mark.Length..] : null;

    private static object? Read(PSObject value, string type) => type switch
    {
        "System.DBNull" => null,
        "DynamoCosmos.Items.ExactNumber" => new ExactNumber(value.ToString()),
        "System.Numerics.BigInteger" or "System.Int128"
            or "System.UInt128" when BigInteger.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out BigInteger number) => number,
        "System.DateTimeOffset" when value.Properties["Ticks"]?.Value is long ticks
            && value.Properties["Offset"]?.Value is TimeSpan offset => new DateTimeOffset(ticks, offset),
        _ => throw new NotAnItemException($"it is or holds a {type} that went through serialization, and cannot be read back whole: " +
            "make it a text, a number or a [pscustomobject] before that"),
    };

    private static bool IsSet(string type)
    {
        int end = type.IndexOfAny(['`', '[']);
        string name = end < 0 ? type : type[..end];
        return name.EndsWith("Set", StringComparison.Ordinal) || name.Contains("FrozenSet", StringComparison.Ordinal);
    }

    // What is deeper than serialization goes becomes a text, such as @{a=1}, that keeps the properties as notes.
    private static bool IsCutOff(PSObject wrapped, string text) =>
        text.StartsWith("@{", StringComparison.Ordinal)
            && wrapped.Properties.Any(property => property is PSNoteProperty { IsInstance: true }
            && text.AsSpan(2).StartsWith($"{property.Name}=", StringComparison.Ordinal));

    /// <summary>
    /// The names without PSObject.TypeNames, which gives each object that it is asked for a copy of its type's names. It is no public
    /// member: where a PowerShell has none, the public one answers.
    /// </summary>
    private static Func<PSObject, Collection<string>> FindTypeNames()
    {
        PropertyInfo? names = typeof(PSObject).GetProperty("InternalTypeNames", BindingFlags.Instance | BindingFlags.NonPublic);
        if (names is null || !typeof(Collection<string>).IsAssignableFrom(names.PropertyType)) return static item => item.TypeNames;
        ParameterExpression item = Expression.Parameter(typeof(PSObject));
        return Expression.Lambda<Func<PSObject, Collection<string>>>(Expression.Property(item, names), item).Compile();
    }
}

/// <summary>A HashSet or SortedSet that came back from serialization as a list.</summary>
internal sealed class DeserializedSet(IEnumerable elements) : IEnumerable
{
    public IEnumerator GetEnumerator() => elements.GetEnumerator();
}
