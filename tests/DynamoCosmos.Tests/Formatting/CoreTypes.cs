using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DynamoCosmos.Tests.Formatting;

/// <summary>Core's types as the imported module has loaded them, in their own load context; objects of them are made from JSON.</summary>
internal static class CoreTypes
{
    private static readonly JsonSerializerOptions s_json =
        new() { Converters = { new JsonStringEnumConverter() }, ReadCommentHandling = JsonCommentHandling.Skip };

    internal static Assembly Assembly => AssemblyLoadContext.All
        .Where(c => c != AssemblyLoadContext.Default)
        .SelectMany(c => c.Assemblies)
        .Single(a => a.GetName().Name == "DynamoCosmos.Core");

    internal static object[] Read(string path)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
        Type type = Assembly.GetType(file.RootElement.GetProperty("type").GetString()!, throwOnError: true)!;
        return [.. file.RootElement.GetProperty("objects").EnumerateArray().Select(o => o.Deserialize(type, s_json)!)];
    }
}
