using System.Diagnostics;
using System.Net;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Cosmos;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>This side of <see cref="StandInHost"/>.</summary>
internal sealed class StandInProcess : IAsyncDisposable
{
    private readonly Process _process;

    internal StandInProcess()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run as 'dotnet Bench.dll' the process is dotnet itself.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(
            typeof(StandInProcess).Assembly.Location);
        start.ArgumentList.Add("serve");
        _process = Process.Start(start)!;
    }

    internal async Task<T> AskAsync<T>(HostRequest request)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        await _process.StandardInput.FlushAsync();
        string line =
            await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The stand-ins' process has ended.");
        return JsonSerializer.Deserialize<T>(line)!;
    }

    /// <summary>A new account with an empty container.</summary>
    internal Task<HostAddresses> StartCosmosAsync(HostRequest request) => AskAsync<HostAddresses>(request);

    internal Task<HostCounts> CountAsync() => AskAsync<HostCounts>(new("count"));

    internal static CosmosSettings SettingsOf(HostAddresses account) =>
        CosmosSettings.Create("bench", account.Endpoint, KeyOf(account), CosmosConnectionMode.Gateway);

    internal static AzureSettings KeyOf(HostAddresses account) =>
        new() { AccountKey = Secret.From(new NetworkCredential("", account.Key).SecurePassword) };

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
