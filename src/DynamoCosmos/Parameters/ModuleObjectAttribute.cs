using System.Management.Automation;
using DynamoCosmos.Objects;

namespace DynamoCosmos.Parameters;

/// <summary>
/// For a parameter that takes an object of this module, live or read back from Export-Clixml, a job or a remote session. PowerShell would
/// make one of any object or hashtable that has some property of that name, with all else empty. Such an object is refused, and the error
/// says what was expected.
/// </summary>
internal sealed class ModuleObjectAttribute(Type type) : ArgumentTransformationAttribute
{
    /// <summary>What other parameters of the cmdlet take from the pipeline: an object of these types is left to them.</summary>
    public Type[] Or { get; init; } = [];

    /// <summary>What other parameters take by property name: an object with one of these properties is left to them.</summary>
    public string[] OrProperty { get; init; } = [];

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value;
        try
        {
            value = SerializedObjects.Read(inputData);
        }
        catch (UnreadableObjectException error)
        {
            throw new ArgumentTransformationMetadataException($"{error.Message}. Get it again, or write it with Export-Clixml in a " +
                "session that has this module loaded.", error);
        }
        if (value is null || type.IsInstanceOfType(value)) return value;
        bool isForAnother = Or.Any(other => other.IsInstanceOfType(value))
            || OrProperty.Any(name => PSObject.AsPSObject(inputData).Properties[name] is not null);
        // Only for a failed cast does the binder go on with the other parameters.
        throw new ArgumentTransformationMetadataException($"Expected: {Expected}. Given: {SerializedObjects.Describe(inputData)}.",
            isForAnother ? new PSInvalidCastException() : null);
    }

    private string Expected =>
        string.Join(", or ", new[] { type }.Concat(Or).Where(static one => one != typeof(object))
        .Select(static one => one == typeof(string) ? "a name" : Article(one.Name))
        .Concat(OrProperty.Length == 0 ? [] : [$"an object with the property {string.Join(" or ", OrProperty)}"]));

    private static string Article(string name) => $"{("AEIOU".Contains(name[0], StringComparison.Ordinal) ? "an" : "a")} {name}";
}
