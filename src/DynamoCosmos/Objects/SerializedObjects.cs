using System.Management.Automation;
using DynamoCosmos.Assessment;
using DynamoCosmos.Comparison;
using DynamoCosmos.Import;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Model;

namespace DynamoCosmos.Objects;

/// <summary>The objects of this module that a later stage takes, read back from what serialization leaves of them.</summary>
internal static class SerializedObjects
{
    private const string Namespace = "DynamoCosmos.";

    // One of each that a cmdlet takes as an object. What binds by its properties needs no entry.
    private static readonly Dictionary<string, Type> s_types = new Type[]
    {
        typeof(DynamoTable), typeof(DynamoExport), typeof(CopyResult), typeof(CosmosTarget), typeof(ImportResult),
        typeof(ComparisonResult), typeof(DocumentDifference), typeof(MigrationAssessment), typeof(RejectedItem),
    }.ToDictionary(static type => type.FullName!, StringComparer.Ordinal);

    /// <summary>Whether it was an object of this module before serialization.</summary>
    internal static bool IsOurs(PSObject given) =>
        DeserializedObjects.TypeOf(given) is string type && type.StartsWith(Namespace, StringComparison.Ordinal);

    /// <summary>The object itself where it is live, read back where it went through serialization.</summary>
    /// <returns>What was given, unwrapped, where it is nothing that a stage takes as an object.</returns>
    /// <exception cref="UnreadableObjectException">It was one, but not everything of it is there.</exception>
    internal static object? Read(object? given)
    {
        if (given is not PSObject wrapped) return given;
        return DeserializedObjects.TypeOf(wrapped) is string name && s_types.TryGetValue(name, out Type? type)
            ? SerializedRecord.Read(wrapped, type) : wrapped.BaseObject;
    }

    /// <summary>
    /// Refuses what is no item at all, whatever its table: an object of this module is one only if it is a rejected item.
    /// </summary>
    /// <exception cref="NotAnItemException">It is none.</exception>
    internal static void RequireItem(PSObject given)
    {
        _ = DeserializedObjects.Unwrap(given);
        if (given.BaseObject is RejectedItem
            || given.BaseObject.GetType().FullName?.StartsWith(Namespace, StringComparison.Ordinal) != true) return;
        throw new NotAnItemException($"it is a {Describe(given)}");
    }

    /// <summary>What an error should call it.</summary>
    internal static string Describe(object? given)
    {
        if (given is PSObject wrapped)
        {
            if (DeserializedObjects.TypeOf(wrapped) is string serialized) return $"{serialized} that went through serialization";
            given = wrapped.BaseObject;
        }
        return given?.GetType().ToString() ?? "null";
    }
}

/// <summary>An object of this module that serialization cut short.</summary>
public sealed class UnreadableObjectException(string message) : Exception(message);
