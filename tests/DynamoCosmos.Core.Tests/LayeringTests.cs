using System.Reflection;
using System.Text.RegularExpressions;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests;

/// <summary>Checks where SDKs may be used (docs/architecture.md). RoomTests checks which room uses which.</summary>
public sealed partial class LayeringTests
{
    private static readonly Assembly s_core = typeof(MigrationException).Assembly;
    private static readonly string s_source = Path.Combine(
        typeof(LayeringTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!,
            "src", "DynamoCosmos.Core");

    [Fact]
    public void No_public_signature_of_Core_mentions_an_assembly_that_ships_beside_it()
    {
        IEnumerable<string> leaks =
            from type in s_core.GetExportedTypes()
            from used in Mentioned(type)
            let assembly = used.Assembly
            where assembly != s_core && !IsFramework(assembly)
            select $"{type.FullName} mentions {used.FullName} of {assembly.GetName().Name}";
        Assert.Empty(leaks.Distinct());
    }

    [Theory]
    [InlineData("Assessment")]
    [InlineData("Comparison")]
    [InlineData("Exports")]
    [InlineData("Import")]
    [InlineData("Items")]
    [InlineData("Model")]
    [InlineData("Ports")]
    [InlineData("Report")]
    [InlineData("Sources")]
    [InlineData("Transforms")]
    [InlineData("Writing")]
    public void Rooms_between_the_clouds_use_no_SDK(string folder) =>
        Assert.Empty(Files(folder).Where(f => SdkUse().IsMatch(f.Text)).Select(f => f.Name));

    /// <summary>The clouds share the objects of the pipeline, but the SDK of each stays in its own rooms.</summary>
    [Theory]
    [InlineData("Aws", @"Azure|Microsoft\.Azure")]
    [InlineData("Cosmos", @"Amazon")]
    [InlineData("Azure", @"Amazon|Microsoft\.Azure\.Cosmos")]
    public void Each_SDK_stays_in_its_folder(string folder, string forbidden)
    {
        Regex use = new($@"\b(using\s+(static\s+)?(\w+\s*=\s*)?|global::)({forbidden})\b");
        Assert.Empty(Files(folder).Where(f => use.IsMatch(f.Text)).Select(f => f.Name));
    }

    [Fact]
    public void Items_knows_no_clock_and_does_no_input_or_output() =>
        Assert.Empty(Files("Items").Where(f => ImpureUse().IsMatch(f.Text)).Select(f => f.Name));

    [Fact]
    public void Core_does_not_know_PowerShell() =>
        Assert.DoesNotContain(s_core.GetReferencedAssemblies(), a => a.Name == "System.Management.Automation");

    private static IEnumerable<Type> Mentioned(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<Type> direct = type.GetInterfaces().Append(type.BaseType ?? typeof(object))
            .Concat(type.GetMethods(Declared).Where(IsVisible)
                .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(type.GetConstructors(Declared).Where(IsVisible).SelectMany(c => c.GetParameters().Select(p => p.ParameterType)))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily).Select(f => f.FieldType))
            .Concat(type.GetCustomAttributesData().Select(a => a.AttributeType));
        return direct.SelectMany(Unwrapped);
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Unwrapped(Type type)
    {
        if (type.HasElementType) return Unwrapped(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrapped).Append(type.GetGenericTypeDefinition()) : [type];
    }

    // The framework's own folder; what NuGet brings lies elsewhere.
    private static bool IsFramework(Assembly assembly) =>
        Path.GetDirectoryName(assembly.Location) == Path.GetDirectoryName(typeof(object).Assembly.Location);

    private static IEnumerable<(string Name, string Text)> Files(string folder)
    {
        // A folder that is gone or renamed must not pass as one without faults.
        string[] files = Directory.GetFiles(Path.Combine(s_source, folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files.Select(f => (Path.GetRelativePath(s_source, f), Comment().Replace(File.ReadAllText(f), "")));
    }

    [GeneratedRegex(@"\b(using\s+(static\s+)?(\w+\s*=\s*)?|global::)(Amazon|Azure|Microsoft\.Azure|Newtonsoft)\b")]
    private static partial Regex SdkUse();

    [GeneratedRegex(@"\b(DateTime(Offset)?\.(Utc)?Now|TimeProvider|Stopwatch|Environment\.|File\.|Directory\.|HttpClient|Console\.|System\.IO\b|Random\b|Guid\.NewGuid)")]
    private static partial Regex ImpureUse();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
