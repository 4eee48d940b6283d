using System.Diagnostics;
using System.Runtime.CompilerServices;
using DynamoCosmos.Basics;
using DynamoCosmos.Connections;

namespace DynamoCosmos.Access;

/// <summary>
/// Tries what the stages need, in both clouds, as whoever is signed in. Nothing is changed: what would change something is asked for in a
/// way that the service must refuse after it has let the caller in.
/// </summary>
public sealed class MigrationAccessTest(AzureSettings azure, AwsSettings aws, CloudConnections clouds)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    /// <summary>Tries again until nothing is missing any more or the time is over: new assignments take effect late.</summary>
    /// <returns>What the last round found.</returns>
    public async Task<IReadOnlyList<MigrationPermission>> WaitAsync(AccessTestRequest request, TimeSpan atMost,
        CancellationToken cancellationToken)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            List<MigrationPermission> round = [];
            await foreach (MigrationPermission permission in RunAsync(request, cancellationToken)) round.Add(permission);
            if (round.All(permission => permission.State != PermissionState.Missing) || waited.Elapsed + s_pause > atMost) return round;
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    public async IAsyncEnumerable<MigrationPermission> RunAsync(AccessTestRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.TableNames.Count > 0 || request.S3Bucket is not null)
        {
            AwsPermissionProbe probe = new(aws, clouds.Aws);
            foreach (string table in request.TableNames)
            {
                if (!request.Has(MigrationStage.Export)) continue;
                await foreach (
                    MigrationPermission permission in probe.TryTableAsync(table, request, cancellationToken)) yield return permission;
            }
            if (request.S3Bucket is not null)
            {
                await foreach (MigrationPermission permission in probe.TryBucketAsync(request, cancellationToken)) yield return permission;
            }
        }
        if (request.Lake is { } lake && (request.Has(MigrationStage.Copy) || request.Has(MigrationStage.Import)))
        {
            LakePermissionProbe probe = new(lake, azure, clouds.Lakes);
            await foreach (MigrationPermission permission in probe.TryAsync(request, cancellationToken)) yield return permission;
        }
        if (request.Cosmos is { } account && request.Has(MigrationStage.Import))
        {
            CosmosAccessTest test = new(azure, clouds);
            await foreach (MigrationPermission permission in test.TryAsync(account, request, cancellationToken)) yield return permission;
        }
    }
}
