using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos.Throughput;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Get, "CosmosThroughput")]
[OutputType(typeof(CosmosThroughput))]
public sealed class GetCosmosThroughputCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
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
        await using ThroughputControl control = new(GetAzureSettings());
        try
        {
            await output.WriteAsync(await control.ReadAsync(new(Account, DatabaseName, ContainerName, AccountEndpoint), stop), stop);
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
    });
}
