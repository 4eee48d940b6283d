using System.Security.Cryptography;
using DynamoCosmos.Package;

// DynamoCosmos.Package <built module folder> <folder with the projects' lock files> <output folder>
if (args is not [string module, string projects, string output])
{
    Console.Error.WriteLine("usage: DynamoCosmos.Package <module folder> <projects folder> <output folder>");
    return 2;
}
try
{
    ModulePackage package = ModulePackage.Create(
        module, Directory.EnumerateFiles(projects, "packages.lock.json", SearchOption.AllDirectories), output,
            ModulePackage.DefaultPackageCache);
    long unpacked = ModuleFolder.Files(package.Folder).Sum(f => new FileInfo(Path.Combine(package.Folder, f)).Length);
    Console.WriteLine($"{package.Folder}: {unpacked / 1048576.0:0.0} MB, {package.Packages.Count} packages in {BillOfMaterials.FileName}");
    Console.WriteLine($"{package.File}: {new FileInfo(package.File).Length / 1048576.0:0.0} MB, SHA-256 " +
        $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(package.File)))}");
    return 0;
}
catch (PackageException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
