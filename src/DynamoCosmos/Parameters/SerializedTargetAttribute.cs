using System.Collections;
using System.Management.Automation;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Parameters;

/// <summary>
/// Reads a CosmosTarget that went through Export-Clixml, a job or remoting: its name alone would bind by properties, and the indexing policy that it remembers
/// would be lost. The export or table that it was made for is not read back.
/// </summary>
internal sealed class SerializedTargetAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is null or CosmosTarget) return inputData;
        if (inputData is PSObject given && DeserializedObjects.TypeOf(given) == typeof(CosmosTarget).FullName) return Read(given);
        // Only for a failed cast does the binder go on with the other parameters.
        throw new ArgumentTransformationMetadataException("This is no CosmosTarget, as New-CosmosMigrationContainer gives it.", new PSInvalidCastException());
    }

    private static CosmosTarget Read(PSObject given) => new()
    {
        AccountName = Text(given, nameof(CosmosTarget.AccountName)) ?? "",
        AccountEndpoint = Text(given, nameof(CosmosTarget.AccountEndpoint)) is string endpoint ? new(endpoint) : null,
        DatabaseName = Text(given, nameof(CosmosTarget.DatabaseName)) ?? "",
        ContainerName = Text(given, nameof(CosmosTarget.ContainerName)) ?? "",
        PartitionKeyPath = DeserializedObjects.Unwrap(Value(given, nameof(CosmosTarget.PartitionKeyPath))) is IEnumerable paths ? [.. paths.Cast<object>().Select(static path => $"{path}")] : [],
        DefaultTimeToLive = Value(given, nameof(CosmosTarget.DefaultTimeToLive)) as int?,
        Throughput = Value(given, nameof(CosmosTarget.Throughput)) as int?,
        AutoscaleMaxThroughput = Value(given, nameof(CosmosTarget.AutoscaleMaxThroughput)) as int?,
        IndexingDeferred = Value(given, nameof(CosmosTarget.IndexingDeferred)) is true,
        IndexingPolicy = Text(given, nameof(CosmosTarget.IndexingPolicy)),
        SubscriptionId = Text(given, nameof(CosmosTarget.SubscriptionId)),
        ResourceGroup = Text(given, nameof(CosmosTarget.ResourceGroup)),
        PartitionKeyAttribute = Key(given, nameof(CosmosTarget.PartitionKeyAttribute)),
        SortKeyAttribute = Key(given, nameof(CosmosTarget.SortKeyAttribute)),
        TtlAttribute = Text(given, nameof(CosmosTarget.TtlAttribute)),
    };

    private static object? Value(PSObject given, string name) => given.Properties[name]?.Value;

    private static string? Text(PSObject given, string name) => Value(given, name)?.ToString();

    // It says pk, or pk (N).
    private static KeyName? Key(PSObject given, string name)
    {
        if (Text(given, name) is not string text) return null;
        return text.Length > 4 && text[^1] == ')' && text[^4..^2] == " (" ? KeyName.Parse($"{text[..^4]}:{text[^2]}") : new(text);
    }
}
