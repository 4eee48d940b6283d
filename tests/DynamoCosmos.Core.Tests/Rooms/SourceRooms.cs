using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DynamoCosmos.Core.Tests.Rooms;

/// <summary>One room uses another, at a place in the source.</summary>
internal sealed record RoomArrow(string From, string To, string Where)
{
    public override string ToString() => $"{From} uses {To}: {Where}";
}

/// <summary>The rooms (folders) of Core and who uses whom, read from the source with the compiler's own binding.</summary>
internal sealed class SourceRooms
{
    private readonly Dictionary<string, List<SyntaxTree>> _files = [];
    private readonly Dictionary<string, List<RoomArrow>> _arrows = [];
    private readonly List<string> _misplaced = [];
    private readonly Dictionary<SyntaxTree, string> _roomOf = [];

    private SourceRooms(string folder, string rootNamespace)
    {
        CSharpParseOptions options = new(LanguageVersion.CSharp12, DocumentationMode.None);
        // What the SDK adds to each project (ImplicitUsings).
        SyntaxTree usings = CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
            "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;", options);
        foreach (string path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string room = Path.GetRelativePath(folder, Path.GetDirectoryName(path)!).Replace('\\', '/');
            if (room.Split('/')[0] is "obj" or "bin") continue;
            SyntaxTree tree = CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path);
            if (!_files.TryGetValue(room, out List<SyntaxTree>? files)) _files[room] = files = [];
            files.Add(tree);
            _roomOf[tree] = room;
        }
        CSharpCompilation compilation = CSharpCompilation.Create(
            "DynamoCosmos.Core", _files.Values.SelectMany(files => files).Append(usings), References(),
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        // The source generators do not run here, so their halves of classes are missing. Only a name that is not found could hide an arrow.
        UnknownNames = [.. compilation.GetDiagnostics().Where(d => d.Id is "CS0103" or "CS0234" or "CS0246" or "CS0400")
            .Select(d => d.ToString())];
        foreach ((string room, List<SyntaxTree> files) in _files)
        {
            _arrows[room] = [.. files.SelectMany(file => Arrows(room, file, compilation.GetSemanticModel(file)))
                .DistinctBy(arrow => (arrow.To, arrow.Where))];
            string wanted = room == "." ? rootNamespace : $"{rootNamespace}.{room.Replace('/', '.')}";
            _misplaced.AddRange(
                from file in files
                from declared in file.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
                where declared.Name.ToString() != wanted
                select $"{Path.GetRelativePath(folder, file.FilePath)} declares {declared.Name}, not {wanted}");
        }
    }

    internal static string Repository { get; } =
        typeof(SourceRooms).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    internal IEnumerable<string> Names => _files.Keys;

    internal IReadOnlyList<string> MisplacedFiles => _misplaced;

    internal IReadOnlyList<string> UnknownNames { get; }

    internal static SourceRooms ReadCore() => new(Path.Combine(Repository, "src", "DynamoCosmos.Core"), "DynamoCosmos");

    internal IReadOnlyList<RoomArrow> From(string room) => _arrows[room];

    internal int FilesOf(string room) => _files[room].Count;

    internal int LinesOf(string room) => _files[room].Sum(file => file.GetText().Lines.Count);

    private IEnumerable<RoomArrow> Arrows(string room, SyntaxTree file, SemanticModel model)
    {
        foreach (SimpleNameSyntax name in file.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null) continue;
            SymbolInfo info = model.GetSymbolInfo(name);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            if (symbol is null or INamespaceSymbol or ILocalSymbol or IParameterSymbol or IRangeVariableSymbol) continue;
            if (symbol is IMethodSymbol { ReducedFrom: IMethodSymbol extension }) symbol = extension;
            foreach (SyntaxReference declared in symbol.OriginalDefinition.DeclaringSyntaxReferences)
            {
                string to = RoomOf(declared.SyntaxTree);
                if (to != room) yield return new(room, to, $"{Path.GetFileName(file.FilePath)} names {symbol.ToDisplayString()}");
            }
        }
    }

    private string RoomOf(SyntaxTree tree) => _roomOf[tree];

    /// <summary>What the test process itself runs on, Core's SDKs included; Core and the tests stay out.</summary>
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("DynamoCosmos", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
