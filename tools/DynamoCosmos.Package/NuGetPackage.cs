using System.IO.Compression;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Package;

/// <summary>
/// Writes a module folder as a .nupkg, the form in which galleries keep modules and PSResourceGet installs them: a zip of the folder with a .nuspec and the
/// parts that Open Packaging asks for. Names in order and one fixed time make it the same bytes for the same folder.
/// </summary>
internal static class NuGetPackage
{
    // The earliest that a zip can say.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static void Write(string path, string folder, ModuleManifest manifest)
    {
        using FileStream file = File.Create(path);
        using ZipArchive zip = new(file, ZipArchiveMode.Create);
        string properties = $"package/services/metadata/core-properties/{Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(manifest.PackageVersion)))}.psmdcp";
        Add(zip, "_rels/.rels", Encoding.UTF8.GetBytes(Relations(manifest, properties)));
        Add(zip, $"{manifest.Name}.nuspec", Encoding.UTF8.GetBytes(Specification(manifest)));
        foreach (string entry in ModuleFolder.Files(folder)) Add(zip, entry, File.ReadAllBytes(Path.Combine(folder, entry)));
        Add(zip, "[Content_Types].xml", Encoding.UTF8.GetBytes(ContentTypes(ModuleFolder.Files(folder))));
        Add(zip, properties, Encoding.UTF8.GetBytes(CoreProperties(manifest)));
    }

    internal static string Specification(ModuleManifest manifest)
    {
        XNamespace ns = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
        IReadOnlyList<string> cmdlets = manifest.Texts("CmdletsToExport");
        // The words by which galleries and PSResourceGet find what a module holds.
        IEnumerable<string> tags = [.. manifest.PSDataTexts("Tags"), "PSModule", "PSIncludes_Cmdlet", .. cmdlets.Select(c => "PSCmdlet_" + c), .. cmdlets.Select(c => "PSCommand_" + c)];
        XElement metadata = new(
            ns + "metadata",
            new XElement(ns + "id", manifest.Name),
            new XElement(ns + "version", manifest.PackageVersion),
            new XElement(ns + "authors", manifest.Text("Author")),
            new XElement(ns + "owners", manifest.Text("CompanyName")),
            new XElement(ns + "requireLicenseAcceptance", "false"),
            Optional("licenseUrl", manifest.PSData("LicenseUri")),
            Optional("projectUrl", manifest.PSData("ProjectUri")),
            new XElement(ns + "description", manifest.Text("Description")),
            Optional("releaseNotes", manifest.PSData("ReleaseNotes")),
            new XElement(ns + "copyright", manifest.Text("Copyright")),
            new XElement(ns + "tags", string.Join(' ', tags.Distinct())));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + new XElement(ns + "package", metadata) + "\n";

        XElement? Optional(string name, string value) => value.Length > 0 ? new(ns + name, value) : null;
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = s_time;
        entry.ExternalAttributes = 0;
        using Stream stream = entry.Open();
        stream.Write(content);
    }

    private static string Relations(ModuleManifest manifest, string properties) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
          <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/{manifest.Name}.nuspec" Id="R1" />
          <Relationship Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="/{properties}" Id="R2" />
        </Relationships>
        """;

    private static string ContentTypes(IEnumerable<string> files)
    {
        IEnumerable<string> extensions = files.Select(f => Path.GetExtension(f).TrimStart('.')).Where(e => e.Length > 0).Append("nuspec").Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);
        IEnumerable<string> bare = files.Where(f => Path.GetExtension(f).Length == 0);
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\n"
            + "  <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" />\n"
            + "  <Default Extension=\"psmdcp\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\" />\n"
            + string.Concat(extensions.Select(e => $"  <Default Extension=\"{e}\" ContentType=\"application/octet-stream\" />\n"))
            + string.Concat(bare.Select(f => $"  <Override PartName=\"/{f}\" ContentType=\"application/octet-stream\" />\n"))
            + "</Types>\n";
    }

    private static string CoreProperties(ModuleManifest manifest) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <coreProperties xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">
          <dc:creator>{SecurityElement.Escape(manifest.Text("Author"))}</dc:creator>
          <dc:description>{SecurityElement.Escape(manifest.Text("Description"))}</dc:description>
          <dc:identifier>{manifest.Name}</dc:identifier>
          <version>{manifest.PackageVersion}</version>
        </coreProperties>
        """;
}
