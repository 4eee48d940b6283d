using Azure.Core;
using Azure.Identity;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Sandbox;
using DynamoCosmos.Sandbox.Entra;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>The real Azure.Identity against the stand-in of Entra ID.</summary>
[Trait("Category", "Slow")]
public sealed class EntraSignInTests
{
    private const string ManagementScope = "https://management.azure.com/.default";

    [Fact]
    public async Task A_client_secret_signs_in_and_the_token_names_the_principal()
    {
        await using AccessScene scene = await AccessScene.StartAsync();

        AccessToken token = await AzureCredentials.Create(scene.Settings,
            TestClouds.Process.Azure.Transport).GetTokenAsync(new([ManagementScope]), default);

        SignedInPrincipal caller = SignedInPrincipal.Read(token.Token);
        Assert.Equal((scene.Administrator.ObjectId, scene.Administrator.AppId, false),
            (caller.ObjectId, caller.ApplicationId, caller.IsUser));
        Assert.InRange(token.ExpiresOn, DateTimeOffset.UtcNow.AddMinutes(50), DateTimeOffset.UtcNow.AddMinutes(61));
    }

    [Theory]
    [InlineData("secret", "AADSTS7000215")]
    [InlineData("application", "AADSTS700016")]
    [InlineData("tenant", "AADSTS90002")]
    [InlineData("scope", "AADSTS500011")]
    public async Task What_is_wrong_with_a_sign_in_is_said_by_its_code(string wrong, string code)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        AzureSettings settings = wrong switch
        {
            "secret" => scene.Settings with { ClientSecret = Secret.From(AccessScene.Secure("not-it")) },
            "application" => scene.Settings with { ClientId = Guid.NewGuid().ToString() },
            "tenant" => scene.Settings with { TenantId = Guid.NewGuid().ToString() },
            _ => scene.Settings,
        };
        string scope = wrong == "scope" ? "https://127.0.0.1/.default" : ManagementScope;

        AuthenticationFailedException failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
            await AzureCredentials.Create(settings, TestClouds.Process.Azure.Transport).GetTokenAsync(new([scope]), default));

        Assert.StartsWith(code + ":", AccessErrors.SignInMessage(failure));
    }

    [Fact]
    public async Task A_failed_sign_in_has_its_id_and_shows_no_secret()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync();
        CosmosRoleDefinitions definitions = new(scene.Settings with { ClientSecret = Secret.From(AccessScene.Secure("hunter2-hunter2")) },
            clouds);

        MigrationException failure =
            await Assert.ThrowsAsync<MigrationException>(() => definitions.ReadAsync(scene.Account, null, default));

        Assert.Equal("AzureSignInFailed", failure.ErrorId);
        Assert.DoesNotContain("hunter2", failure.ToString());
    }

    [Fact]
    public async Task A_secret_is_unknown_until_the_directory_has_replicated()
    {
        ManualClock clock = new();
        using Tenant tenant = new(new() { ReplicationDelay = TimeSpan.FromSeconds(30), Time = clock });
        TenantApplication application = tenant.AddApplication("late");
        tenant.AddPrincipal(application.AppId, "late", PrincipalKind.Application);
        (_, string secret) = tenant.AddPassword(application.AppId, "", clock.GetUtcNow().AddDays(1));

        Assert.False(tenant.HasSecret(application.AppId, secret));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(tenant.HasSecret(application.AppId, secret));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.False(tenant.HasSecret(application.AppId, secret));
    }

    [Theory]
    [InlineData("expired", AccessOutcome.Unauthenticated)]
    [InlineData("foreign", AccessOutcome.Unauthenticated)]
    [InlineData("tampered", AccessOutcome.Unauthenticated)]
    [InlineData("audience", AccessOutcome.Unauthenticated)]
    [InlineData("roleless", AccessOutcome.Forbidden)]
    public async Task A_token_that_is_not_good_enough_is_refused(string kind, AccessOutcome expected)
    {
        await using AccessScene scene = await AccessScene.StartAsync();
        using Tenant other = new(new() { TenantId = scene.Tenant.Id });
        const string Audience = "https://cosmos.azure.com";
        string good = scene.Tenant.IssueToken(scene.Administrator, Audience);
        string token = kind switch
        {
            "expired" => scene.Tenant.IssueToken(scene.Administrator, Audience, TimeSpan.FromSeconds(-1)),
            "foreign" => other.IssueToken(scene.Administrator, Audience),
            "tampered" => good[..^4] + (good.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA"),
            "audience" => scene.Tenant.IssueToken(scene.Administrator, "https://storage.azure.com"),
            _ => good,
        };

        AccessDecision decision =
            scene.Manager.Access.Decide(token, "Microsoft.DocumentDB/databaseAccounts/readMetadata", AccessScope.Cosmos("mycosmos"));

        Assert.Equal(expected, decision.Outcome);
        Assert.NotNull(decision.Reason);
    }

    [Fact]
    public async Task A_managed_identity_signs_in_on_its_host_and_nobody_else_gets_its_token()
    {
        using CloudConnections clouds = new();
        await using AccessScene scene = await AccessScene.StartAsync();
        TenantPrincipal identity = scene.Entra.SystemAssignedIdentity = scene.Tenant.AddManagedIdentity("host");
        scene.Manager.Access.Assign(identity, "Reader", scene.AccountId);
        AzureSettings settings = new()
        {
            Credential = AzureCredentialKind.ManagedIdentity,
            AuthorityHost = scene.Entra.Endpoint,
            ResourceManagerEndpoint = scene.Manager.Endpoint,
            GraphEndpoint = scene.Graph.Endpoint,
        };
        // Where App Service runs a program it gives it these two; every other test signs in with a secret and does not look at them.
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", scene.Entra.ManagedIdentityEndpoint.AbsoluteUri);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", scene.Entra.ManagedIdentityHeader);
        try
        {
            CosmosRoleDefinitions definitions = new(settings, clouds);
            Assert.Equal(2, (await definitions.ReadAsync(scene.Account, null, default)).Count);
        }
        finally
        {
            Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        }
        using HttpClient http = new(CloudHttp.CreateHandler());
        using HttpResponseMessage without = await http.GetAsync(
            new Uri($"{scene.Entra.ManagedIdentityEndpoint}?api-version=2019-08-01&resource=https://management.azure.com"));
        Assert.Equal(401, (int)without.StatusCode);
    }
}
