using DynamoCosmos.Azure.Identity;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Azure.Control;

/// <summary>One sign-in and the clients that work under it.</summary>
internal sealed class AccessSession
{
    internal AccessSession(AzureSettings settings, AzureConnections azure, TimeProvider? time = null, Replication? replication = null)
    {
        Settings = settings;
        Time = time ?? TimeProvider.System;
        Azure = azure;
        Replication = replication ?? new(Time);
        Manager = new(settings, azure, Replication, Time);
        Graph = new(settings, azure);
        Locator = new(Manager);
        DataRoles = new(Manager);
        Principals = new(Manager, Graph, Replication);
    }

    internal AzureSettings Settings { get; }

    internal TimeProvider Time { get; }

    internal AzureConnections Azure { get; }

    internal ResourceManagerClient Manager { get; }

    internal GraphClient Graph { get; }

    internal Replication Replication { get; }

    internal AccountLocator Locator { get; }

    internal DataRoleStore DataRoles { get; }

    internal PrincipalFinder Principals { get; }

    /// <summary>Runs a piece of work and gives its failures their place in the catalogue.</summary>
    internal Task<T> RunAsync<T>(Func<Task<T>> work) => AccessErrors.GuardAsync(Settings, work);
}
