using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using DynamoCosmos.Package;

namespace DynamoCosmos.Tests.Packaging;

[Trait("Category", "Slow")]
public sealed class PackageTests(PackagedModule packaged) : IClassFixture<PackagedModule>
{
    [Fact]
    public void The_same_module_makes_the_same_bytes()
    {
        string again = Directory.CreateTempSubdirectory("package-again-").FullName;
        try
        {
            Assert.Equal(File.ReadAllBytes(packaged.Package.File),
                File.ReadAllBytes(PackagedModule.Create(PackagedModule.ModuleFolder, again).File));
        }
        finally
        {
            Directory.Delete(again, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_in_the_package_imports_and_works()
    {
        string installed = Path.Combine(packaged.Output, "installed", "DynamoCosmos");
        await ZipFile.ExtractToDirectoryAsync(packaged.Package.File, installed);
        string script = Path.Combine(packaged.Output, "use.ps1");
        await File.WriteAllTextAsync(script, $$$$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{{{installed}}}}/DynamoCosmos.psd1'
            $document = ConvertTo-CosmosItem -Item '{"Item":{"pk":{"S":"a"}}}' -PartitionKeyAttribute pk
            "document: $document"
            "synopsis: $((Get-Help ConvertTo-CosmosItem).Synopsis)"
            "from: $((Get-Module DynamoCosmos).ModuleBase)"
            """);
        ProcessStartInfo start = new("dotnet",
            [typeof(PowerShellHost.ScriptHost).Assembly.Location, script])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("document: {\"id\":\"a\",\"pk\":\"a\"}", output, StringComparison.Ordinal);
        Assert.Contains("synopsis: Shows the Cosmos DB document", output, StringComparison.Ordinal);
        Assert.Contains("from: " + installed, output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_specification_carries_the_manifests_words()
    {
        ModuleManifest manifest = ModuleManifest.Read(ModuleHost.ManifestPath);
        using ZipArchive zip = ZipFile.OpenRead(packaged.Package.File);
        using Stream specification = zip.GetEntry("DynamoCosmos.nuspec")!.Open();
        XElement metadata = XDocument.Load(specification).Root!.Elements().Single();
        string Value(string name) => metadata.Elements().Single(e => e.Name.LocalName == name).Value;
        Assert.Equal("DynamoCosmos", Value("id"));
        Assert.Equal(manifest.PackageVersion, Value("version"));
        Assert.NotEmpty(Value("releaseNotes"));
        Assert.StartsWith("https://", Value("licenseUrl"), StringComparison.Ordinal);
        Assert.All(new[] { "PSModule", "PSEdition_Core", "DynamoDB", "PSCmdlet_ConvertTo-CosmosItem" }, tag =>
            Assert.Contains(tag, Value("tags").Split(' ')));
    }

    [Fact]
    public void The_zip_has_what_Open_Packaging_asks_for()
    {
        using ZipArchive zip = ZipFile.OpenRead(packaged.Package.File);
        string[] names = [.. zip.Entries.Select(e => e.FullName)];
        Assert.Contains("[Content_Types].xml", names);
        Assert.Contains("_rels/.rels", names);
        Assert.Contains("DynamoCosmos.nuspec", names);
        Assert.Equal(names.Length, names.Distinct().Count());
        foreach (string part in new[] { "[Content_Types].xml", "_rels/.rels", "DynamoCosmos.nuspec",
            names.Single(n => n.EndsWith(".psmdcp", StringComparison.Ordinal)) })
        {
            using Stream xml = zip.GetEntry(part)!.Open();
            Assert.NotNull(XDocument.Load(xml).Root);
        }
    }

    [Fact]
    public void Each_assembly_that_ships_has_its_package_in_the_bill_and_its_license_in_the_notices()
    {
        using JsonDocument bill = JsonDocument.Parse(File.ReadAllText(Path.Combine(packaged.Package.Folder, BillOfMaterials.FileName)));
        Dictionary<string, JsonElement> components =
            bill.RootElement.GetProperty("components").EnumerateArray().ToDictionary(c => c.GetProperty("purl").GetString()!);
        string notices = File.ReadAllText(Path.Combine(packaged.Package.Folder, "THIRD-PARTY-NOTICES.txt"));
        string[] foreign = [.. Directory.EnumerateFiles(packaged.Package.Folder, "*.dll", SearchOption.AllDirectories)
            .Select(f => Path.GetFileName(f)).Where(f => !f.StartsWith("DynamoCosmos", StringComparison.Ordinal)).Distinct()];
        Assert.NotEmpty(foreign);
        Assert.All(foreign, file =>
        {
            ShippedPackage package = packaged.Package.Packages.First(p => p.Files.Contains(file));
            JsonElement component = components[$"pkg:nuget/{package.Name}@{package.Version}"];
            Assert.Equal(128, component.GetProperty("hashes")[0].GetProperty("content").GetString()!.Length);
            Assert.Contains($"{package.Name} {package.Version}\n", notices, StringComparison.Ordinal);
        });
        Assert.Contains("Apache License", notices, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted", notices, StringComparison.Ordinal);
    }
}
