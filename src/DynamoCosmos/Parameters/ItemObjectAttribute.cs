using System.Management.Automation;
using DynamoCosmos.Model;

namespace DynamoCosmos.Parameters;

/// <summary>
/// For a parameter that takes any object of the pipeline as an item: the objects that have a parameter of their own are not items. An object that one
/// parameter refuses so is bound to the next, without an error.
/// </summary>
internal sealed class ItemObjectAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is CosmosTarget or DynamoExport or DynamoTable
            // Only for a failed cast does the binder go on with the other parameters.
            ? throw new ArgumentTransformationMetadataException($"A {value.GetType().Name} is no item.", new PSInvalidCastException())
            : inputData;
    }
}
