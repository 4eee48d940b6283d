using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DynamoCosmos.PowerShellHost;

namespace DynamoCosmos.Tests.Completion;

/// <summary>Tab must never be what goes wrong: nobody signed in, nobody answers, the line is not whole yet.</summary>
public sealed class SignedOutCompletionTests : IDisposable
{
    private readonly ModuleHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("Get-DynamoTable -Region eu-central-1 -EndpointUrl http://127.0.0.1:9 -Name ")]
    [InlineData("Export-DynamoTable -ProfileName nobodys -S3Bucket ")]
    [InlineData("Export-DynamoTable -S3Prefix ")]
    [InlineData("Import-CosmosItems -AzureCredential Environment -AccountName ")]
    [InlineData("Import-CosmosItems -AzureCredential Environment -AccountName mycosmos -DatabaseName ")]
    [InlineData("Import-CosmosItems -AzureCredential Environment -DatabaseName ")]
    [InlineData("New-CosmosMigrationContainer -AccountKey nonsense -AccountName mycosmos -DatabaseName ")]
    [InlineData("Copy-S3ToAdls -AzureCredential Environment -StorageAccountName ")]
    [InlineData("Copy-S3ToAdls -AzureCredential Environment -StorageAccountName NotAName -FileSystem ")]
    [InlineData("New-CosmosRoleAssignment -AzureCredential Environment -AccountName mycosmos -RoleName ")]
    public void Whoever_is_signed_out_is_offered_nothing_and_told_nothing(string line)
    {
        ScriptRun run = Press(line, out string[] offered);
        Assert.Empty(offered);
        Assert.Empty(run.Errors);
        Assert.Empty(run.Warnings);
        Assert.Equal("0", _host.Invoke("\"$($Error.Count)\"").Single().ToString());
    }

    [Fact]
    public async Task Who_answers_slowly_is_not_waited_for()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        Stopwatch clock = Stopwatch.StartNew();
        string[] offered = [];
        Task pressing = Task.Run(() => Press("Get-DynamoTable -AccessKey a -SecretKey b -Region eu-central-1 -EndpointUrl " +
            $"http://{silent.LocalEndpoint} -Name ", out offered));
        // The SDK alone would wait for minutes.
        await pressing.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(offered);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1.5), $"It was given up after {clock.Elapsed}.");
    }

    [Fact]
    public void Regions_are_known_without_asking_anybody() =>
        Assert.Equal(["eu-central-1", "eu-central-2"], _host.Complete("Get-DynamoTable -Region eu-central-"));

    [Fact]
    public async Task Profiles_are_those_of_the_configuration_file()
    {
        string folder = Directory.CreateTempSubdirectory("dynamocosmos-profiles-").FullName;
        try
        {
            string profiles = Path.Combine(folder, "credentials"), script = Path.Combine(folder, "press-tab.ps1");
            await File.WriteAllTextAsync(profiles, "[nightly runs]\naws_access_key_id = a\naws_secret_access_key = " +
                "b\n[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
            // In a process of its own: the SDK looks once in a process where the file is.
            await File.WriteAllTextAsync(script, """
                param($Module, $Profiles)
                [Environment]::SetEnvironmentVariable('AWS_SHARED_CREDENTIALS_FILE', $Profiles)
                Import-Module $Module -ErrorAction Stop
                $line = 'Export-DynamoTable -ProfileName '
                [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches | ForEach-Object CompletionText
                """);
            using ScriptProcess run = ScriptProcess.Start(script, "-Module", ModuleHost.ManifestPath, "-Profiles", profiles);
            string[] offered = (await run.WaitAsync())
                .ThrowIfFailed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(["default", "'nightly runs'"], offered);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ScriptRun Press(string line, out string[] offered)
    {
        _host.Set("line", line);
        ScriptRun run = _host.Invoke("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, " +
            "$null).CompletionMatches | ForEach-Object CompletionText").ThrowIfFailed();
        offered = [.. run.Output.Select(static text => text.ToString())];
        return run;
    }
}
