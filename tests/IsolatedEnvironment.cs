using System.Runtime.CompilerServices;

namespace DynamoCosmos.Tests;

/// <summary>
/// Keeps a test run and its machine apart: no variable or file by which the developer is signed in to a cloud reaches a test, and what
/// tests and their child processes write to the home folder goes to a temporary one. Each test project compiles this file.
/// </summary>
internal static class IsolatedEnvironment
{
    [ModuleInitializer]
    internal static void Enter()
    {
        string realHome = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        // What is meant to last: restored packages, and the servers that were installed for tests.
        Keep("NUGET_PACKAGES", Path.Combine(realHome, ".nuget", "packages"));
        string cache = Given("XDG_CACHE_HOME") ?? Path.Combine(realHome, ".cache");
        if (!OperatingSystem.IsWindows()) Keep("DYNAMOCOSMOS_TEST_CACHE", Path.Combine(cache, "dynamocosmos-tests"));

        foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsForeign))
            Environment.SetEnvironmentVariable(name, null);
        string home = Directory.CreateTempSubdirectory("dynamocosmos-home-").FullName;
        Environment.SetEnvironmentVariable("HOME", home);
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", Path.Combine(home, ".aws", "config"));
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(home, ".aws", "credentials"));
        // The SDKs ask a cloud's machine for its identity at an address outside; tests leave this machine for nothing.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("COSMOS_DISABLE_IMDS_ACCESS", "true");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(home);
    }

    private static void Keep(string name, string value) => Environment.SetEnvironmentVariable(name, Given(name) ?? value);

    private static string? Given(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static bool IsForeign(string name) =>
        name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("AZURE_", StringComparison.OrdinalIgnoreCase)
        || name is "XDG_DATA_HOME" or "XDG_CONFIG_HOME" or "XDG_CACHE_HOME"
        || name is "DYNAMOCOSMOS_CA_BUNDLE" or "IDENTITY_ENDPOINT" or "MSI_ENDPOINT";

    private static void Remove(string home)
    {
        try
        {
            Directory.Delete(home, recursive: true);
        }
        catch (IOException)
        {
            // A server that ends late still writes there. It is a temporary folder; nothing is lost by leaving it.
        }
    }
}
