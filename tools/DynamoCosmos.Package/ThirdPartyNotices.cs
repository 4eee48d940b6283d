using System.Reflection;
using System.Text;

namespace DynamoCosmos.Package;

/// <summary>The licenses of what the module brings along, each text once.</summary>
internal static class ThirdPartyNotices
{
    private const string Rule = "--------------------------------------------------------------------------------";

    internal static string Write(string module, IReadOnlyList<ShippedPackage> packages)
    {
        StringBuilder notices =
            new($"Third-party notices of {module}\n\n{module} brings the packages below along. Their licenses follow.\n\n");
        foreach (ShippedPackage package in packages)
        {
            notices.Append(package.Name).Append(' ').Append(package.Version).Append('\n')
                .Append("  ").Append(package.Copyright).Append('\n')
                .Append("  License: ").Append(package.License ?? "its own, below").Append('\n');
            if (package.Url.Length > 0) notices.Append("  ").Append(package.Url).Append('\n');
        }
        foreach (string license in packages.Select(p => p.License).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            Append(notices, $"License {license}", Standard(license));
        }
        foreach (IGrouping<string, (string Package, string File)> text in packages
            .SelectMany(p => p.Texts.Select(t => (Package: $"{p.Name} {p.Version}", File: t)))
            .GroupBy(t => File.ReadAllText(t.File).ReplaceLineEndings("\n").Trim()))
        {
            Append(notices, $"{Path.GetFileName(text.First().File)} of {string.Join(", ", text.Select(t => t.Package).Distinct())}",
                text.Key);
        }
        return notices.ToString();
    }

    private static void Append(StringBuilder notices, string title, string text) =>
        notices.Append('\n').Append(Rule).Append('\n').Append(title).Append('\n').Append(Rule).Append("\n\n").Append(text.Trim())
            .Append('\n');

    private static string Standard(string license)
    {
        using Stream text = Assembly.GetExecutingAssembly().GetManifestResourceStream(license)
            ?? throw new PackageException($"No text of the license {license} is at hand: add it to Licenses/, after looking at whether " +
                "it may ship.");
        using StreamReader reader = new(text);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
