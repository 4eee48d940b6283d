using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using DynamoCosmos.Basics;
using DynamoCosmos.Model;

namespace DynamoCosmos.Aws;

/// <summary>What became of one table that was asked for.</summary>
public sealed record TableAnswer(string Name, DynamoTable? Table, MigrationException? Failure);

/// <summary>Lists and describes tables.</summary>
public sealed class DynamoTables
{
    // Each description is three calls; the service allows some 2,500 a second and account, a person needs fewer.
    private const int Concurrency = 8;

    private readonly AwsClients _clients;

    /// <exception cref="MigrationException">What a client's creation can end in: AwsKeyIncomplete, AwsProfileNotFound,
    /// AwsProfileNotUsable.</exception>
    public DynamoTables(AwsSettings settings, AwsConnections aws) => _clients = aws.Get(settings);

    /// <summary>The names of all tables of the region, in order.</summary>
    /// <exception cref="MigrationException">AwsAccessDenied, AwsRegionMissing and all that keeps from reaching AWS.</exception>
    public async IAsyncEnumerable<string> ListNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            ListTablesResponse page;
            try
            {
                page = await _clients.Dynamo.ListTablesAsync(new ListTablesRequest { ExclusiveStartTableName = after }, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception error) when (AwsFailure.IsKnown(error))
            {
                throw AwsFailure.Translate(error, Ask("dynamodb:ListTables", "the tables"));
            }
            foreach (string name in page.TableNames ?? []) yield return name;
            after = page.LastEvaluatedTableName;
        }
        while (after is not null);
    }

    /// <summary>Names as they were asked for, or, where a pattern is among them, those of the region that are wanted: each once.</summary>
    /// <param name="isWanted">Null where no name is a pattern.</param>
    public async IAsyncEnumerable<string> FindNamesAsync(IReadOnlyList<string> names, Func<string, bool>? isWanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> given = new(StringComparer.Ordinal);
        foreach (string name in names)
            if (!name.AsSpan().ContainsAny("*?[") && given.Add(name)) yield return name;
        if (isWanted is null) yield break;
        await foreach (string name in ListNamesAsync(cancellationToken).ConfigureAwait(false))
            if (isWanted(name) && given.Add(name)) yield return name;
    }

    /// <summary>
    /// Describes several tables at a time, and gives them in the order of their names' coming. A table that fails is an answer too.
    /// </summary>
    public async IAsyncEnumerable<TableAnswer> DescribeAsync(IAsyncEnumerable<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<TableAnswer>> underWay = new();
        try
        {
            await foreach (string name in names.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (underWay.Count == Concurrency) yield return await underWay.Dequeue().ConfigureAwait(false);
                underWay.Enqueue(TryDescribeAsync(name, stop.Token));
            }
            while (underWay.TryDequeue(out Task<TableAnswer>? next)) yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // Whoever stops listening early leaves calls behind; none of them outlives this.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="nameOrArn">A table's name or ARN.</param>
    /// <exception cref="MigrationException">DynamoTableNotFound, AwsAccessDenied with the action, and all that keeps from reaching
    /// AWS.</exception>
    public async Task<DynamoTable> DescribeAsync(string nameOrArn, CancellationToken cancellationToken)
    {
        string name = TableName.Of(nameOrArn);
        Task<TableDescription> table = AskAsync("dynamodb:DescribeTable", name,
            async () => (await _clients.Dynamo.DescribeTableAsync(new DescribeTableRequest { TableName = name }, cancellationToken)
                .ConfigureAwait(false)).Table);
        Task<TimeToLiveDescription?> timeToLive = AskOptionalAsync("dynamodb:DescribeTimeToLive", name,
            async () => (
                await _clients.Dynamo.DescribeTimeToLiveAsync(new DescribeTimeToLiveRequest { TableName = name }, cancellationToken)
                .ConfigureAwait(false)).TimeToLiveDescription);
        Task<PointInTimeRecoveryDescription?> recovery = DescribeRecoveryAsync(name, cancellationToken);
        // The table's own failure says more than those of the two that go with it.
        await Task.WhenAll((Task)table, timeToLive, recovery).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return TableDescriptions.Read(await table.ConfigureAwait(false), await timeToLive.ConfigureAwait(false),
            await recovery.ConfigureAwait(false), _clients);
    }

    /// <summary>Null where the service knows no recovery: DynamoDB Local.</summary>
    internal Task<PointInTimeRecoveryDescription?> DescribeRecoveryAsync(string name, CancellationToken cancellationToken) =>
        AskOptionalAsync(
        "dynamodb:DescribeContinuousBackups", name,
        async () => (
            await _clients.Dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = name },
            cancellationToken).ConfigureAwait(false))
            .ContinuousBackupsDescription?.PointInTimeRecoveryDescription);

    private async Task<TableAnswer> TryDescribeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return new(name, await DescribeAsync(name, cancellationToken).ConfigureAwait(false), null);
        }
        catch (MigrationException failure)
        {
            return new(name, null, failure);
        }
    }

    private async Task<T> AskAsync<T>(string action, string resource, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask(action, resource));
        }
    }

    private async Task<T?> AskOptionalAsync<T>(string action, string resource, Func<Task<T?>> call) where T : class
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (AwsFailure.IsAnswer(error, "UnknownOperationException"))
        {
            return null;
        }
        catch (Exception error) when (AwsFailure.IsKnown(error))
        {
            throw AwsFailure.Translate(error, Ask(action, resource));
        }
    }

    private AwsAsk Ask(string action, string resource) => new(action, resource, _clients.Region, _clients.Settings.EndpointUrl);
}
