using System.Reflection;

namespace DynamoCosmos.Tests;

/// <summary>Where the files are that tests hold against the module: pages, expected texts, scripts.</summary>
internal static class Repository
{
    internal static string Root { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    internal static string HelpPages { get; } = Path.Combine(Root, "docs", "en-US");

    /// <summary>One of the scripts that tests run in processes of their own.</summary>
    internal static string ScriptOf(string name) => PathOf("tests", "DynamoCosmos.Tests", "Scripts", name);

    internal static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);
}
