using Azure.Core;
using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Control;

/// <summary>One sign-in and the clients that work under it.</summary>
internal sealed class AccessSession : IDisposable
{
    internal AccessSession(AzureSettings settings, TimeProvider? time = null, Replication? replication = null)
    {
        Settings = settings;
        Time = time ?? TimeProvider.System;
        Credential = AzureCredentials.Create(settings);
        Replication = replication ?? new(Time);
        Manager = new(settings, Credential, Replication, Time);
        Graph = new(settings, Credential);
        Locator = new(Manager);
        DataRoles = new(Manager);
        Principals = new(Manager, Graph, Replication);
    }

    internal AzureSettings Settings { get; }

    internal TimeProvider Time { get; }

    internal TokenCredential Credential { get; }

    internal ResourceManagerClient Manager { get; }

    internal GraphClient Graph { get; }

    internal Replication Replication { get; }

    internal AccountLocator Locator { get; }

    internal DataRoleStore DataRoles { get; }

    internal PrincipalFinder Principals { get; }

    /// <summary>Runs a piece of work and gives its failures their place in the catalogue.</summary>
    internal Task<T> RunAsync<T>(Func<Task<T>> work) => AccessErrors.GuardAsync(Settings, work);

    public void Dispose()
    {
        Manager.Dispose();
        Graph.Dispose();
    }
}
