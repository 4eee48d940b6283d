using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Cosmos.Containers;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>After the load: puts the wanted indexing policy in place, waits for the index, then sets the wanted throughput.</summary>
[Cmdlet(VerbsLifecycle.Complete, "CosmosMigration", SupportsShouldProcess = true)]
[OutputType(typeof(CosmosTarget))]
public sealed class CompleteCosmosMigrationCommand : CosmosAccountCommand
{
    /// <summary>An endpoint names the account as well.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public override string AccountName { get; set; } = "";

    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(DatabaseCompleter))]
    public string DatabaseName { get; set; } = "";

    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(ContainerCompleter))]
    public string ContainerName { get; set; } = "";

    /// <summary>From New-CosmosMigrationContainer: it remembers the wanted policy.</summary>
    [Parameter(ValueFromPipeline = true), ModuleObject(typeof(CosmosTarget), OrProperty = ["ContainerName"])]
    public CosmosTarget? Target { get; set; }

    /// <summary>JSON, or the path of a file that holds it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? IndexingPolicy { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int? Throughput { get; set; }

    /// <summary>RU/s.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int? AutoscaleMaxThroughput { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Uri? AccountEndpoint { get; set; }

    [Parameter]
    public SecureString? AccountKey { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { AccountKey = Secret.From(AccountKey) };

    protected override void ProcessRecord()
    {
        try
        {
            CosmosSettings settings = CosmosSettings.Create(AccountName, AccountEndpoint, GetAzureSettings());
            CompletionRequest request = GetRequest(settings);
            CosmosContainers containers = new(settings, AccountOf(settings), Clouds);
            CosmosTarget? target =
                Carry((messages, stop) => containers.PlanCompletionAsync(request, !NoWait, messages, stop), () => Describe(containers));
            if (target is null) return;
            if (containers.IsIndexUnseen) WriteWarning($"How far the index of {DatabaseName}/{ContainerName} is cannot be seen with " +
                "this sign-in, so it was not waited for: it has no data role on the account.");
            WriteObject(target);
        }
        catch (MigrationException failure)
        {
            WriteError(Errors.From(failure));
        }
    }

    private CompletionRequest GetRequest(CosmosSettings settings)
    {
        CosmosTarget target = Target
            ?? new()
            {
                AccountName = settings.AccountName,
                AccountEndpoint = AccountEndpoint,
                DatabaseName = DatabaseName,
                ContainerName = ContainerName,
                PartitionKeyPath = []
            };
        return CompletionRequest.Create(target, IndexingPolicy is null
            ? null : IndexPolicy.Load(IndexingPolicy, ResolvePath), Throughput, AutoscaleMaxThroughput);
    }

    private ProgressRecord? Describe(CosmosContainers containers)
    {
        if (containers.IndexProgress is not int percent) return null;
        return new(1, "Completing the migration", $"{DatabaseName}/{ContainerName}: the index follows the new policy; this goes on " +
            "without this command")
        { PercentComplete = percent };
    }
}
