using System.Runtime.CompilerServices;
using DynamoCosmos.Connections;

namespace DynamoCosmos.Core.Tests.Azure;

/// <summary>Connections that live as long as the process, for clients that a test makes by itself. They keep nothing of an
/// account.</summary>
internal static class TestClouds
{
    internal static CloudConnections Process { get; } = Create();

    private static CloudConnections Create()
    {
        // The root has to be known before the first transport is made.
        RuntimeHelpers.RunClassConstructor(typeof(AccessScene).TypeHandle);
        return new();
    }
}
