using System.Management.Automation;
using System.Net;
using System.Security;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Tests.Access;

/// <summary>samples/fresh-tenant: from no principal to a finished import under its own token.</summary>
[Trait("Category", "Slow")]
public sealed class FreshTenantTests
{
    private const int Items = 500;

    [Fact]
    public async Task The_sample_goes_from_no_principal_to_a_finished_import_without_account_keys()
    {
        await using TenantSession session = await TenantSession.StartAsync(new()
        {
            // Sign-in knows the new principal in half a second. Cosmos DB does not know it yet when it is first given a role: with real
            // accounts that takes half a minute. It is counted in tries and not in seconds, so that every machine sees it, slow or fast.
            Tenant = new() { ReplicationDelay = TimeSpan.FromSeconds(0.5), LateLookups = 2, AssignmentDelay = TimeSpan.FromSeconds(4) },
            Manager = new() { OperationTime = TimeSpan.FromSeconds(0.3) },
        }, signIn: false);
        SampleOrders orders = new();
        orders.CreateTable(session.Aws.Dynamo, Items);
        session.Tenant.Manager.Access.SetKeys("mycosmos", false);
        session.Tenant.Manager.Access.SetKeys("mylake", false);

        ScriptRun run = session.Invoke("$VerbosePreference = $DebugPreference = 'Continue'; & " +
            $"'{Repository.PathOf("samples", "fresh-tenant", "fresh-tenant.ps1")}' -Sandbox $Sandbox -Module " +
            $"'{ModuleHost.ManifestPath}' 3>&1 4>&1 5>&1").ThrowIfFailed();
        Assert.Contains(run.Output, output => output.BaseObject is VerboseRecord);

        PSObject result = run.Output.Last(output => output.TypeNames[0] == "DynamoCosmos.Import.ImportResult");
        Assert.Equal((long)Items, result.Properties["Written"].Value);
        Assert.Equal(Items, session.Tenant.Cosmos.Count("shop", "orders"));
        PSObject principal = run.Output.Single(output => output.TypeNames[0] == "DynamoCosmos.Azure.Control.MigrationPrincipal");
        string objectId = (string)principal.Properties["PrincipalId"].Value;
        Assert.Equal(2, session.Tenant.Manager.Access.AzureAssignments.Count(assignment => assignment.PrincipalId == objectId));
        Assert.Single(session.Tenant.Manager.Access.DataAssignments, assignment => assignment.PrincipalId == objectId
            && assignment.Scope == "/dbs/shop/colls/orders");
        IReadOnlyList<ControlRequest> writes = session.Tenant.Manager.Writes;
        Assert.Equal(3, writes.Count(write => write.Path.Contains("/sqlRoleAssignments/", StringComparison.Ordinal)));
        AssertNoSecret(session, run, new NetworkCredential("", (SecureString)principal.Properties["ClientSecret"].Value).Password);
    }

    // Everything that a user could see or log: objects as text and as they are shown, errors, warnings, verbose, debug, progress.
    private static void AssertNoSecret(TenantSession session, ScriptRun run, string secret)
    {
        session.Host.Set("all", run.Output);
        string shown = string.Join('\n',
        [
            session.Host.Render("$all"),
            .. run.Output.Select(output => output.ToString()),
            .. run.Output.SelectMany(output => output.Properties).Select(property => $"{property.Name}={property.Value}"),
            .. run.Errors.Select(error => error.ToString() + error.Exception + error.ScriptStackTrace),
            .. run.Warnings, .. run.Verbose,
            .. run.Progress.Select(progress => $"{progress.Activity} {progress.StatusDescription} {progress.CurrentOperation}"),
        ]);
        foreach (string hidden in new[] { secret, session.Tenant.AdministratorSecret, session.AwsUser.SecretKey,
            session.Tenant.Cosmos.AccountKey, session.Tenant.Blob.AccountKey("mylake"), "eyJ", "X-Amz-Signature" })
            Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal);
    }
}
