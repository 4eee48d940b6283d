using System.Management.Automation;

namespace DynamoCosmos.Parameters;

/// <summary>Takes no span of time that is zero or negative.</summary>
public sealed class ValidatePositiveAttribute : ValidateEnumeratedArgumentsAttribute
{
    protected override void ValidateElement(object element)
    {
        if (element is TimeSpan time && time <= TimeSpan.Zero) throw new ValidationMetadataException($"'{time}' is no span of time to " +
            "work in; give more than zero.");
    }
}
