using System.Reflection;
using System.Runtime.Loader;

namespace DynamoCosmos.Help;

/// <summary>
/// Reads the cmdlets out of the built module. Only attribute data is read and nothing of the module runs, so PowerShell itself need not be
/// there: the reference assembly that the module was compiled against is enough.
/// </summary>
internal sealed class ModuleAssembly
{
    private const string Automation = "System.Management.Automation.";

    private readonly Assembly _assembly;

    private ModuleAssembly(Assembly assembly) => _assembly = assembly;

    /// <param name="references">Files of the assemblies that it was compiled against.</param>
    internal static ModuleAssembly Load(string path, IEnumerable<string> references)
    {
        Dictionary<string, string> files = [];
        foreach (string reference in references) files.TryAdd(Path.GetFileNameWithoutExtension(reference), reference);
        AssemblyLoadContext context = new("module");
        context.Resolving += (c, name) =>
            name.Name is not null && files.TryGetValue(name.Name, out string? file) ? c.LoadFromAssemblyPath(Path.GetFullPath(file)) : null;
        return new(context.LoadFromAssemblyPath(Path.GetFullPath(path)));
    }

    internal IReadOnlyList<CommandShape> Commands() =>
    [
        .. from type in _assembly.GetExportedTypes()
           where !type.IsAbstract
           let cmdlet = Find(type, "CmdletAttribute")
           where cmdlet is not null
           let name = $"{cmdlet.ConstructorArguments[0].Value}-{cmdlet.ConstructorArguments[1].Value}"
           orderby name
           select Describe(type, name, cmdlet),
    ];

    private static CommandShape Describe(Type type, string name, CustomAttributeData cmdlet)
    {
        List<ParameterShape> parameters =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => Find(p, "ParameterAttribute") is not null)
                .OrderBy(p => Depth(p.DeclaringType!, type))
                .Select(Describe),
        ];
        if (Named(cmdlet, "SupportsShouldProcess") is true)
        {
            parameters.Add(ParameterShape.RiskSwitch("WhatIf", "wi"));
            parameters.Add(ParameterShape.RiskSwitch("Confirm", "cf"));
        }
        return new(name, Named(cmdlet, "DefaultParameterSetName") as string, parameters, OutputTypes(type));
    }

    // What the cmdlet itself declares comes before what it shares with others.
    private static int Depth(Type declaring, Type type) => declaring == type ? 0 : 1 + Depth(declaring, type.BaseType!);

    private static ParameterShape Describe(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Dictionary<string, ParameterUse> uses = [];
        foreach (CustomAttributeData use in FindAll(property, "ParameterAttribute"))
        {
            int position = Named(use, "Position") as int? ?? int.MinValue;
            uses[Named(use, "ParameterSetName") as string ?? CommandShape.AllSets] = new(
                Named(use, "Mandatory") is true,
                position < 0 ? null : position,
                Named(use, "ValueFromPipeline") is true,
                Named(use, "ValueFromPipelineByPropertyName") is true,
                Named(use, "DontShow") is true);
        }
        return new(
            property.Name,
            type.Name,
            type.FullName ?? type.Name,
            type.FullName == Automation + "SwitchParameter",
            Find(property, "SupportsWildcardsAttribute") is not null,
            [.. FindAll(property, "AliasAttribute").SelectMany(a => Strings(a.ConstructorArguments[0]))],
            Values(property, type),
            uses);
    }

    private static IReadOnlyList<string> Values(PropertyInfo property, Type type)
    {
        if (Find(property, "ValidateSetAttribute") is { } set
            && set.ConstructorArguments[0].Value is IEnumerable<CustomAttributeTypedArgument>)
        {
            return [.. Strings(set.ConstructorArguments[0])];
        }
        Type element = type.IsArray ? type.GetElementType()! : type;
        return element.IsEnum ? element.GetEnumNames() : [];
    }

    private static IReadOnlyList<string> OutputTypes(Type type) =>
    [
        .. FindAll(type, "OutputTypeAttribute")
            .SelectMany(a => a.ConstructorArguments)
            .SelectMany(a => a.Value is IEnumerable<CustomAttributeTypedArgument> many ? many : [a])
            .Select(a => a.Value is Type output ? output.FullName! : (string)a.Value!)
            .Distinct(),
    ];

    private static IEnumerable<string> Strings(CustomAttributeTypedArgument argument) =>
        argument.Value is IEnumerable<CustomAttributeTypedArgument> many ? many.Select(v => (string)v.Value!) : [(string)argument.Value!];

    private static CustomAttributeData? Find(MemberInfo member, string attribute) => FindAll(member, attribute).FirstOrDefault();

    private static IEnumerable<CustomAttributeData> FindAll(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Where(a => a.AttributeType.FullName == Automation + attribute);

    private static object? Named(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.MemberName == name) is { MemberInfo: not null } found
            ? found.TypedValue.Value : null;
}
