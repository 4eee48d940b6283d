using System.Xml.Linq;

namespace DynamoCosmos.Tests.Formatting;

/// <summary>
/// A session that knows one view only, so that this one is shown: the engine of these tests has no Format-Table and Format-List to ask
/// with.
/// </summary>
internal sealed class ViewHost : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("view-").FullName;
    private readonly ModuleHost _host;

    internal ViewHost(XElement view, bool color = false, int width = 120, bool isConstrained = false)
    {
        _host = new(import: false, width: width, color: color);
        new XDocument(new XElement("Configuration", new XElement("ViewDefinitions", view)))
            .Save(Path.Combine(_folder, "OneView.format.ps1xml"));
        string manifest = Path.Combine(_folder, "OneView.psd1");
        File.WriteAllText(manifest, $"@{{ ModuleVersion = '1.0'; TypesToProcess = " +
            $"@('{Path.Combine(Path.GetDirectoryName(ModuleHost.ManifestPath)!, "DynamoCosmos.types.ps1xml")}'); FormatsToProcess = " +
            $"@('OneView.format.ps1xml') }}");
        _host.Invoke($"Import-Module '{manifest}' -ErrorAction Stop").ThrowIfFailed();
        if (isConstrained) _host.Invoke("$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'").ThrowIfFailed();
    }

    internal string Show(object[] objects)
    {
        _host.Set("objects", objects);
        string shown = _host.Render("$objects");
        return string.Join('\n', shown.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()));
    }

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
