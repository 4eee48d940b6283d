using System.Management.Automation;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;

namespace DynamoCosmos.Parameters;

/// <summary>
/// For a parameter that takes any object of the pipeline as an item: the objects that have a parameter of their own are not items, and this
/// holds for those that went through serialization too. An object that one parameter refuses so is bound to the next, without an error.
/// </summary>
internal sealed class ItemObjectAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value;
        try
        {
            value = SerializedObjects.Read(inputData);
        }
        catch (UnreadableObjectException error)
        {
            throw new ArgumentTransformationMetadataException($"{error.Message}. It is no item either.", error);
        }
        return value switch
        {
            // Only for a failed cast does the binder go on with the other parameters.
            CosmosTarget or DynamoExport or DynamoTable =>
                throw new ArgumentTransformationMetadataException($"A {value.GetType().Name} is no item.", new PSInvalidCastException()),
            FileSystemInfo when PSObject.AsPSObject(inputData).Properties["PSPath"] is not null =>
                throw new ArgumentTransformationMetadataException("A file or folder is no item.", new PSInvalidCastException()),
            RejectedItem => PSObject.AsPSObject(value),
            _ => inputData,
        };
    }
}
