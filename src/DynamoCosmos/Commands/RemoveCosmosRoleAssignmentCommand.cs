using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Parameters;

namespace DynamoCosmos.Commands;

[Cmdlet(VerbsCommon.Remove, "CosmosRoleAssignment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveCosmosRoleAssignmentCommand : CosmosAccountCommand
{
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string RoleAssignmentId { get; set; } = "";

    protected override void ProcessRecord()
    {
        CosmosRoleAssignments assignments = new(GetAzureSettings(), Clouds);
        Carry(stop => assignments.PlanRemoveAsync(Account, RoleAssignmentId, stop));
    }
}
