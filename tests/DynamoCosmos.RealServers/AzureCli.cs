using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DynamoCosmos.RealServers;

/// <summary>
/// Debian's azure-cli with a configuration folder of its own, for a cloud whose resource manager and sign-in are elsewhere. Its sign-in has
/// to end in /adfs: for such a one azure-cli asks no directory of clouds.
/// </summary>
public sealed class AzureCli : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly string _program;
    private readonly string _rootFile;
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamocosmos-az-").FullName;

    private AzureCli(string program, string rootFile) => (_program, _rootFile) = (program, rootFile);

    /// <param name="rootFile">PEM file of the root that the endpoints' certificates are under.</param>
    public static async Task<AzureCli> SignInAsync(
        Uri resourceManager, Uri activeDirectory, string rootFile, string clientId, string secret, string tenantId,
            CancellationToken cancellationToken = default)
    {
        AzureCli cli = new(await Installation.CommandAsync("az", "azure-cli", cancellationToken), rootFile);
        string root = resourceManager.AbsoluteUri.TrimEnd('/');
        await cli.RunAsync(["cloud", "register", "--name", "Sandbox", "--endpoint-resource-manager", root, "--endpoint-management", root,
            "--endpoint-active-directory", activeDirectory.AbsoluteUri, "--endpoint-active-directory-resource-id",
                "https://management.azure.com/",
            "--endpoint-active-directory-graph-resource-id", "https://graph.microsoft.com/", "--endpoint-gallery", root,
                "--suffix-storage-endpoint", "core.windows.net"], cancellationToken);
        await cli.RunAsync(["cloud", "set", "--name", "Sandbox"], cancellationToken);
        await cli.RunAsync(["login", "--service-principal", "--username", clientId, "--password", secret, "--tenant", tenantId],
            cancellationToken);
        return cli;
    }

    /// <summary>Runs one command line, without the leading az.</summary>
    /// <returns>The JSON that it wrote; null where it wrote none.</returns>
    /// <exception cref="ServerFailedException">It ended with an error; the message holds what it said.</exception>
    public async Task<JsonNode?> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        ProcessStartInfo start = new(_program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--only-show-errors");
        start.ArgumentList.Add("--output");
        start.ArgumentList.Add("json");
        start.Environment["AZURE_CONFIG_DIR"] = _folder;
        start.Environment["AZURE_CORE_COLLECT_TELEMETRY"] = "no";
        start.Environment["AZURE_CORE_NO_COLOR"] = "yes";
        start.Environment["REQUESTS_CA_BUNDLE"] = _rootFile;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            Task<string> output =
                process.StandardOutput.ReadToEndAsync(patience.Token), error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0) throw new ServerFailedException($"'az {string.Join(' ', arguments.Take(4))} …' ended with " +
                $"{process.ExitCode}.\n{await error}");
            string text = await output;
            return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
