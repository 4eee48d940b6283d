using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

/// <summary>Registers the application that a migration runs as, or adopts the one of that name.</summary>
[Cmdlet(VerbsCommon.New, "MigrationServicePrincipal", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationPrincipal))]
public sealed class NewMigrationServicePrincipalCommand : AzureSignInCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), ValidateNotNullOrEmpty]
    public string DisplayName { get; set; } = "";

    [Parameter]
    public Guid? ApplicationId { get; set; }

    [Parameter]
    public SwitchParameter NewSecret { get; set; }

    /// <summary>730 days is the longest that Entra ID's own portal offers.</summary>
    [Parameter, ValidateRange(1, 730)]
    public int SecretDays { get; set; } = 30;

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    [Parameter]
    public Uri? GraphEndpoint { get; set; }

    protected override AzureSettings GetAzureSettings() => base.GetAzureSettings() with { GraphEndpoint = GraphEndpoint };

    protected override void ProcessRecord()
    {
        MigrationPrincipals principals = new(GetAzureSettings(), Clouds);
        AccessPlan<MigrationPrincipal> plan = Await((_, stop) =>
            principals.PlanAsync(DisplayName, ApplicationId?.ToString(), NewSecret, TimeSpan.FromDays(SecretDays), !NoWait, stop));
        if (!plan.IsChange)
        {
            WriteVerbose($"{plan.Target} is there with a valid secret, which cannot be shown again; -NewSecret makes another.");
            WriteObject(plan.Current);
        }
        else if (ShouldProcess(plan.Target, plan.Action))
        {
            WriteObject(Await((_, stop) => plan.Apply(stop)));
        }
    }
}
