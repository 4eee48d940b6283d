using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Gives a principal the roles that the stages of a migration need, and no more.</summary>
[Cmdlet(VerbsSecurity.Grant, "MigrationAccess", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationGrant))]
public sealed class GrantMigrationAccessCommand : AzureSignInCommand
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PrincipalId { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? ApplicationId { get; set; }

    [Parameter]
    public string? PrincipalName { get; set; }

    [Parameter]
    public SwitchParameter CurrentPrincipal { get; set; }

    [Parameter, ValidateSet("Copy", "Import", "All")]
    public MigrationStage Stage { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(StorageAccountCompleter))]
    public string? StorageAccountName { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(FileSystemCompleter))]
    public string? FileSystem { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public string? AccountName { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string? DatabaseName { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    [Parameter]
    public CosmosRolePreset Preset { get; set; } = CosmosRolePreset.ImportOnly;

    [Parameter]
    public string? SubscriptionId { get; set; }

    [Parameter]
    public string? ResourceGroup { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter]
    public Uri? GraphEndpoint { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { GraphEndpoint = GraphEndpoint };

    protected override void ProcessRecord()
    {
        if (ContainerName is not null && DatabaseName is null) ThrowTerminatingError(Errors.ContainerWithoutDatabase(ContainerName));
        GrantRequest request = new()
        {
            Principal = new(PrincipalId, ApplicationId, PrincipalName, CurrentPrincipal),
            Stage = Stage,
            Storage = StorageAccountName is null ? null : new(StorageAccountName, SubscriptionId, ResourceGroup),
            FileSystem = FileSystem,
            Cosmos = AccountName is null ? null : new(AccountName, SubscriptionId, ResourceGroup),
            DatabaseName = DatabaseName,
            ContainerName = ContainerName,
            Preset = Preset,
            Wait = !NoWait,
        };
        MigrationGrants grants = new(GetAzureSettings(), Clouds);
        foreach (AccessPlan<MigrationGrant> plan in Await((_, stop) => grants.PlanAsync(request, stop)))
        {
            if (!plan.IsChange) WriteObject(plan.Current);
            else if (ShouldProcess(plan.Target, plan.Action)) WriteObject(Await((_, stop) => plan.Apply(stop)));
        }
    }
}
