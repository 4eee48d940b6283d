using System.Collections;
using System.Management.Automation.Language;

namespace DynamoCosmos.Package;

/// <summary>What a module's psd1 says about it.</summary>
internal sealed record ModuleManifest(string Name, Hashtable Data)
{
    internal string Version => Text("ModuleVersion");

    /// <summary>As package feeds write it: <c>0.1.0-preview1</c>.</summary>
    internal string PackageVersion => PSData("Prerelease") is { Length: > 0 } label ? $"{Version}-{label}" : Version;

    internal string Text(string key) => Data[key] as string ?? "";

    internal IReadOnlyList<string> Texts(string key) => Strings(Data[key]);

    internal string PSData(string key) => PSDataTable[key] as string ?? "";

    internal IReadOnlyList<string> PSDataTexts(string key) => Strings(PSDataTable[key]);

    private Hashtable PSDataTable => (Data["PrivateData"] as Hashtable)?["PSData"] as Hashtable ?? [];

    internal static ModuleManifest Read(string path)
    {
        Ast script = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0) throw new PackageException($"{path}({errors[0].Extent.StartLineNumber}): {errors[0].Message}");
        Ast table = script.Find(a => a is HashtableAst, searchNestedScriptBlocks: false)
            ?? throw new PackageException($"{path} holds no hashtable.");
        return new(Path.GetFileNameWithoutExtension(path), (Hashtable)table.SafeGetValue());
    }

    private static IReadOnlyList<string> Strings(object? value) => value switch
    {
        string one => [one],
        IEnumerable many => [.. many.Cast<object>().Select(o => o.ToString() ?? "")],
        _ => [],
    };
}
