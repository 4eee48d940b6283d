using System.Collections;
using System.Management.Automation;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;

namespace DynamoCosmos.Parameters;

/// <summary>
/// For names from the pipeline: only texts are names. PowerShell would take any object for its ToString(), before it looks at the object's
/// properties.
/// </summary>
internal sealed class NameTextAttribute : ArgumentTransformationAttribute
{
    /// <summary>By which properties an object binds instead.</summary>
    public string[] OrProperty { get; init; } = [];

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        bool areNames = value is string
            || (value is IEnumerable list
            && list.Cast<object?>().All(static one => (one is PSObject inner ? inner.BaseObject : one) is string));
        if (value is null || areNames) return inputData;
        bool isForAnother = value.GetType().Assembly == typeof(DynamoTable).Assembly
            || OrProperty.Any(name => PSObject.AsPSObject(inputData).Properties[name] is not null);
        // Only for a failed cast does the binder go on with the other parameters.
        throw new ArgumentTransformationMetadataException(
            $"Expected: names, or an object with the property {string.Join(" or ", OrProperty)}. Given: " +
                $"{SerializedObjects.Describe(inputData)}.", isForAnother ? new PSInvalidCastException() : null);
    }
}

/// <summary>Names with wildcards.</summary>
internal static class NamePatterns
{
    /// <returns>Null where no name has a wildcard.</returns>
    internal static Func<string, bool>? Of(IEnumerable<string> names)
    {
        WildcardPattern[] patterns = [.. names.Where(WildcardPattern.ContainsWildcardCharacters)
            .Select(static name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        return patterns.Length == 0 ? null : name => patterns.Any(pattern => pattern.IsMatch(name));
    }
}
