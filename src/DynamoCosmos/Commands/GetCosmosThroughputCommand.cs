using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Get, "CosmosThroughput")]
[OutputType(typeof(CosmosThroughput))]
public sealed class GetCosmosThroughputCommand : CosmosAccountCommand
{
    /// <summary>An endpoint names the account as well.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public override string AccountName { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Uri? AccountEndpoint { get; set; }

    [Parameter]
    public SecureString? AccountKey { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { AccountKey = Secret.From(AccountKey) };

    protected override void ProcessRecord() => Run(async (output, stop) =>
    {
        try
        {
            CosmosSettings settings = CosmosSettings.Create(AccountName, AccountEndpoint, GetAzureSettings());
            ThroughputTarget target = new(AccountOf(settings), DatabaseName, ContainerName is "" ? null : ContainerName, AccountEndpoint);
            await output.WriteAsync(await new ThroughputControl(settings.Azure, Clouds).ReadAsync(target, stop), stop);
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
    });
}
