using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DynamoCosmos.Objects;

/// <summary>
/// Reads a record of this module from the property bag that serialization leaves. Every property that the record can be given is read, and
/// one that is missing, cut off or of another type is an error: a stage must not go on with half an object.
/// </summary>
internal sealed class SerializedRecord
{
    private static readonly ConcurrentDictionary<Type, SerializedRecord> s_known = new();

    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;
    private readonly (ParameterInfo Parameter, bool MayBeNull)[] _parameters;
    private readonly (PropertyInfo Property, bool IsRequired, bool MayBeNull)[] _properties;

    private SerializedRecord(Type type)
    {
        NullabilityInfoContext nullability = new();
        _type = type;
        _constructor = type.GetConstructors().Where(one => one.GetParameters() is [{ } first, ..] && first.ParameterType != type)
            .MaxBy(static one => one.GetParameters().Length);
        _parameters = [.. (_constructor?.GetParameters() ?? [])
            .Select(one => (one, nullability.Create(one).WriteState == NullabilityState.Nullable))];
        _properties =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(one => one.CanWrite && !_parameters.Any(known => known.Parameter.Name == one.Name))
                .Select(one =>
                    (one, one.IsDefined(typeof(RequiredMemberAttribute)), nullability.Create(one).WriteState == NullabilityState.Nullable)),
        ];
    }

    /// <exception cref="UnreadableObjectException">A part is missing, cut off or of another type.</exception>
    internal static object Read(PSObject bag, Type type) => s_known.GetOrAdd(type, static type => new(type)).Read(bag);

    private object Read(PSObject bag)
    {
        object?[] arguments = [.. _parameters.Select(one => bag.Properties[one.Parameter.Name] is PSPropertyInfo given
            ? ValueOf(given, one.Parameter.ParameterType, one.MayBeNull)
            : one.Parameter.HasDefaultValue ? one.Parameter.DefaultValue : throw Missing(one.Parameter.Name!))];
        object made = _constructor is null ? Activator.CreateInstance(_type)! : _constructor.Invoke(arguments);
        foreach ((PropertyInfo property, bool isRequired, bool mayBeNull) in _properties)
        {
            if (bag.Properties[property.Name] is PSPropertyInfo given) property.SetValue(made,
                ValueOf(given, property.PropertyType, mayBeNull));
            else if (isRequired) throw Missing(property.Name);
        }
        return made;
    }

    private object? ValueOf(PSPropertyInfo given, Type wanted, bool mayBeNull)
    {
        object? value = Convert(given.Value, Nullable.GetUnderlyingType(wanted) ?? wanted, given.Name);
        return value is null && !mayBeNull ? throw Missing(given.Name) : value;
    }

    private object? Convert(object? given, Type wanted, string name)
    {
        object? value = given is PSObject wrapped ? wrapped.BaseObject : given;
        // Serialization writes an address as people read it: %20 is a space. Its escaped form is the same.
        if (value is Uri { IsAbsoluteUri: true } address) return new Uri(address.AbsoluteUri);
        if (value is null || wanted.IsInstanceOfType(value)) return wanted != typeof(object) ? value : Plain(given, name);
        if (wanted.IsEnum) return Enum.TryParse(wanted, $"{given}", out object? choice) && Enum.IsDefined(wanted, choice)
            ? choice : throw Other(name, wanted);
        if (wanted.IsGenericType && value is IDictionary entries) return Entries(entries, wanted.GetGenericArguments(), name);
        if (wanted.IsGenericType
            && value is IEnumerable elements and not string) return Elements(elements, wanted.GetGenericArguments()[0], name);
        if (given is not PSObject bag || value is string) throw Other(name, wanted);
        if (wanted == typeof(DateOnly)) return bag.Properties["DayNumber"]?.Value is int day
            ? DateOnly.FromDayNumber(day) : throw Other(name, wanted);
        if (wanted == typeof(DateTimeOffset)) return Plain(bag, name) is DateTimeOffset time ? time : throw Other(name, wanted);
        return DeserializedObjects.TypeOf(bag) == wanted.FullName ? Read(bag, wanted) : throw Other(name, wanted);
    }

    private object? Plain(object? given, string name)
    {
        try
        {
            return DeserializedObjects.Unwrap(given);
        }
        catch (NotAnItemException)
        {
            throw Other(name, typeof(object));
        }
    }

    private Array Elements(IEnumerable given, Type type, string name)
    {
        object?[] elements = [.. given.Cast<object?>().Select(element => Convert(element, type, name))];
        if (type.IsValueType && elements.Contains(null)) throw Missing(name);
        Array list = Array.CreateInstance(type, elements.Length);
        elements.CopyTo(list, 0);
        return list;
    }

    /// <summary>Serialization loses the order of entries. The module's own counts stand with the largest first.</summary>
    internal static IEnumerable<DictionaryEntry> EntriesOf(IDictionary given) =>
        given.Keys.Cast<object>().Select(key => new DictionaryEntry(key, given[key]))
            .OrderByDescending(static entry => entry.Value as long?).ThenBy(static entry => $"{entry.Key}", StringComparer.Ordinal);

    private IDictionary Entries(IDictionary given, Type[] types, string name)
    {
        IDictionary made = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(types))!;
        foreach (DictionaryEntry entry in EntriesOf(given))
            made.Add(Convert(entry.Key, types[0], name)!, Convert(entry.Value, types[1], name) ?? throw Missing(name));
        return made;
    }

    private UnreadableObjectException Missing(string property) =>
        new($"This {_type.Name} went through serialization, and its {property} is missing");

    private UnreadableObjectException Other(string property, Type wanted) =>
        new($"This {_type.Name} went through serialization, and its {property} is no {wanted.Name} any more");
}
