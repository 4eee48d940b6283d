using System.Security;
using Azure;
using Azure.Core;
using Azure.Identity;
using DynamoCosmos.Azure.Control;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;
using DynamoCosmos.Model;

namespace DynamoCosmos.Access;

/// <summary>Registers the application that a migration runs as, or adopts the one that is there.</summary>
public sealed class MigrationPrincipals
{
    private readonly AccessSession _session;

    public MigrationPrincipals(AzureSettings settings, CloudConnections clouds) : this(clouds.Control(settings)) { }

    internal MigrationPrincipals(AccessSession session) => _session = session;

    /// <param name="applicationId">Adopts this one; null goes by the name.</param>
    /// <param name="newSecret">Adds a secret though the application has one that is still valid.</param>
    /// <param name="secretLifetime">How long a new secret is valid.</param>
    /// <param name="wait">Returns when the principal can sign in.</param>
    public Task<AccessPlan<MigrationPrincipal>> PlanAsync(
        string displayName, string? applicationId, bool newSecret, TimeSpan secretLifetime, bool wait,
            CancellationToken cancellationToken) => _session.RunAsync(async () =>
        {
            IReadOnlyList<GraphApplication> found = applicationId is null
                ? await _session.Graph.ListApplicationsAsync("displayName", displayName, cancellationToken)
                : await _session.Graph.ListApplicationsAsync("appId", applicationId, cancellationToken);
            if (applicationId is not null && found.Count == 0) throw AccessErrors.ApplicationNotFound(applicationId);
            if (found.Count > 1) throw AccessErrors.ApplicationNameAmbiguous(displayName, found.Select(one => one.AppId));
            GraphApplication? application = found.Count == 1 ? found[0] : null;
            GraphPrincipal? principal = application is null ? null
                : (await _session.Graph.ListPrincipalsAsync("appId", application.AppId, cancellationToken)).FirstOrDefault();

            DateTimeOffset now = _session.Time.GetUtcNow();
            bool hasSecret =
                application?.PasswordCredentials?.Any(password => password.EndDateTime is null || password.EndDateTime > now) == true;
            bool addsSecret = newSecret || !hasSecret;
            List<string> steps = [];
            if (application is null) steps.Add("application");
            if (principal is null) steps.Add("service principal");
            if (addsSecret) steps.Add($"secret valid for {secretLifetime.TotalDays:0} days");
            string? action = steps.Count == 0 ? null : $"Make {string.Join(", ", steps)}";
            string? tenant = (await _session.Manager.ReadCallerAsync(cancellationToken)).TenantId ?? _session.Settings.TenantId;
            MigrationPrincipal? current = application is null || principal is null ? null : new()
            {
                DisplayName = application.DisplayName,
                ApplicationId = application.AppId,
                PrincipalId = principal.Id,
                TenantId = tenant,
            };
            return new AccessPlan<MigrationPrincipal>(application?.DisplayName
                ?? displayName, action, current, stop => _session.RunAsync(() =>
                ApplyAsync(displayName, application, principal, addsSecret ? now + secretLifetime : null, tenant, wait, stop)));
        });

    private async Task<MigrationPrincipal> ApplyAsync(
        string displayName, GraphApplication? application, GraphPrincipal? principal, DateTimeOffset? secretUntil, string? tenant,
            bool wait, CancellationToken cancellationToken)
    {
        application ??= await _session.Graph.CreateApplicationAsync(displayName, cancellationToken);
        principal ??= await SettleAsync(() => _session.Graph.CreatePrincipalAsync(application.AppId, cancellationToken), application.AppId,
            cancellationToken);
        SecureString? secret = null;
        DateTimeOffset? expires = null;
        if (secretUntil is { } until)
        {
            GraphPassword password = await SettleAsync(() =>
                _session.Graph.AddPasswordAsync(application.Id, "DynamoCosmos", until, cancellationToken), application.AppId,
                cancellationToken);
            (secret, expires) = (Protect(password.SecretText), password.EndDateTime ?? until);
            if (wait && tenant is not null) await WaitForSignInAsync(tenant, application.AppId, password.SecretText, cancellationToken);
        }
        return new()
        {
            DisplayName = application.DisplayName,
            ApplicationId = application.AppId,
            PrincipalId = principal.Id,
            TenantId = tenant,
            ClientSecret = secret,
            SecretExpiresAt = expires,
        };
    }

    private Task<T> SettleAsync<T>(Func<Task<T>> attempt, string applicationId, CancellationToken cancellationToken) =>
        _session.Replication.RetryAsync(attempt, IsUnknownYet, _session.Replication.SettleTime,
            (failure, waited) => AccessErrors.PrincipalNotReplicated(applicationId, waited, failure), cancellationToken);

    // "does not reference a valid application object" (400) and "Resource … does not exist" (404), for one that Graph itself made a moment
    // ago.
    private static bool IsUnknownYet(Exception failure) => failure is RequestFailedException { Status: 404 }
        || (failure is RequestFailedException { Status: 400 } refused
            && refused.Message.Contains("does not reference a valid application", StringComparison.OrdinalIgnoreCase));

    /// <summary>Sign-in knows of a new application and its secret some seconds after Graph does.</summary>
    private async Task WaitForSignInAsync(string tenant, string applicationId, string secret, CancellationToken cancellationToken)
    {
        AzureSettings settings = _session.Settings with
        {
            Credential = AzureCredentialKind.ClientSecret,
            TenantId = tenant,
            ClientId = applicationId,
            ClientSecret = Secret.From(Protect(secret))
        };
        TokenCredential credential = AzureCredentials.Create(settings, _session.Azure.Transport);
        await _session.Replication.RetryAsync(async () =>
            await credential.GetTokenAsync(new([AzureClouds.ResourceManagerScope(settings)]), cancellationToken),
            static failure => failure is AuthenticationFailedException denied && AccessErrors.SignInMessage(denied) is { } said
                && (said.StartsWith("AADSTS700016:", StringComparison.Ordinal)
                    || said.StartsWith("AADSTS7000215:", StringComparison.Ordinal)),
            _session.Replication.SettleTime,
            (failure, waited) => AccessErrors.PrincipalNotReplicated(applicationId, waited, failure), cancellationToken);
    }

    private static SecureString Protect(string text)
    {
        SecureString secret = new();
        foreach (char c in text) secret.AppendChar(c);
        secret.MakeReadOnly();
        return secret;
    }
}
