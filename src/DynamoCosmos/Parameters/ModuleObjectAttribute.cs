using System.Management.Automation;
using DynamoCosmos.Objects;

namespace DynamoCosmos.Parameters;

/// <summary>
/// For a parameter that takes an object of this module from the pipeline. PowerShell would make one of any object or hashtable that has some property of that
/// name, with all else empty; such an object is refused, so that it binds to other parameters by its properties, or to none.
/// </summary>
internal sealed class ModuleObjectAttribute(Type type) : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null || type.IsInstanceOfType(value)) return inputData;
        string given = inputData is PSObject item && DeserializedObjects.TypeOf(item) is string serialized ? $"{serialized} that went through serialization" : value.GetType().ToString();
        // Only for a failed cast does the binder go on with the other parameters.
        throw new ArgumentTransformationMetadataException($"A {given} is no {type.Name} as the cmdlets of this module give it. Get it again in this session.", new PSInvalidCastException());
    }
}
