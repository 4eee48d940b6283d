using DynamoCosmos.Help;

// DynamoCosmos.Help <pages folder> <module assembly> <output folder> <strict: true|false> [reference assembly ...]
if (args.Length < 4)
{
    Console.Error.WriteLine("usage: DynamoCosmos.Help <pages> <assembly> <output> <strict> [references...]");
    return 2;
}
string assembly = args[1];
HelpBuild build =
    HelpBuild.Run(args[0], ModuleAssembly.Load(assembly, args.Skip(4)).Commands(), Path.GetFileNameWithoutExtension(assembly));
bool strict = bool.Parse(args[3]);
foreach (Finding finding in build.Findings) Console.WriteLine(strict
    ? finding.ToString() : finding.ToString().Replace(": error ", ": ", StringComparison.Ordinal));
// Nothing is written where the build fails, or the next one would take the help for up to date.
if (strict && build.Findings.Count > 0) return 1;
build.Write(args[2]);
return 0;
