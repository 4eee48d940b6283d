using System.Globalization;
using System.Reflection;

namespace DynamoCosmos.Tests.Serialization;

/// <summary>Makes records of Core in which every property has a value of its own, so that a property that gets lost shows.</summary>
internal sealed class FullObjects
{
    private const int MaxDepth = 3;

    private int _next = 1;

    internal static object Make(Type type) => new FullObjects().MakeRecord(type, 0);

    private object MakeRecord(Type type, int depth)
    {
        ConstructorInfo? constructor = type.GetConstructors()
            .Where(one => one.GetParameters() is [{ } first, ..] && first.ParameterType != type)
            .MaxBy(static one => one.GetParameters().Length);
        object made = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. constructor.GetParameters().Select(one => ValueOf(one.ParameterType, depth))]);
        string?[] given = [.. (constructor?.GetParameters() ?? []).Select(static one => one.Name)];
        foreach (PropertyInfo property in type.GetProperties()
            .Where(one => one.CanWrite && !given.Contains(one.Name))) property.SetValue(made, ValueOf(property.PropertyType, depth));
        return made;
    }

    private object? ValueOf(Type given, int depth)
    {
        Type type = Nullable.GetUnderlyingType(given) ?? given;
        int n = _next++;
        if (type == typeof(string) || type == typeof(object)) return string.Create(CultureInfo.InvariantCulture, $"t{n} (N) ü");
        if (type == typeof(Uri)) return new Uri(string.Create(CultureInfo.InvariantCulture, $"https://lake.example/{n}%20x/"));
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return n;
        if (type == typeof(long)) return long.MaxValue - n;
        if (type == typeof(double)) return n + 0.1;
        if (type == typeof(decimal)) return n + 0.25m;
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(n);
        if (type == typeof(DateOnly)) return new DateOnly(2024, 5, 6).AddDays(n);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(2)).AddTicks(n);
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (!type.IsGenericType) return MakeRecord(type, depth + 1);
        if (type == typeof(IReadOnlyDictionary<string, long>)) return new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["first"] = 9,
            ["a"] = 5,
            ["b"] = 5
        };
        Type element = type.GetGenericArguments()[0];
        Array list = Array.CreateInstance(element, depth < MaxDepth ? 2 : 0);
        for (int i = 0; i < list.Length; i++) list.SetValue(ValueOf(element, depth + 1), i);
        return list;
    }
}
