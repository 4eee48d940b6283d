using System.ComponentModel;
using System.Management.Automation;

namespace DynamoCosmos.Objects;

/// <summary>
/// Gives PowerShell this module's objects back when it reads them from Export-Clixml, a job or a remote session. DynamoCosmos.types.ps1xml
/// names it. An object that can't be read whole stays as PowerShell left it, and is refused with the reason where it is used.
/// </summary>
[TypeConverter(typeof(SerializedObjectConverter))]
public sealed class SerializedObjectConverter : PSTypeConverter
{
    public override bool CanConvertFrom(PSObject sourceValue, Type destinationType) => SerializedObjects.IsOurs(sourceValue);

    public override object? ConvertFrom(PSObject sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase)
    {
        try
        {
            return SerializedObjects.Read(sourceValue);
        }
        catch (UnreadableObjectException error)
        {
            throw new PSInvalidCastException(error.Message, error);
        }
    }

    public override bool CanConvertFrom(object sourceValue, Type destinationType) =>
        sourceValue is PSObject given && CanConvertFrom(given, destinationType);

    public override object? ConvertFrom(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        ConvertFrom(PSObject.AsPSObject(sourceValue), destinationType, formatProvider, ignoreCase);

    public override bool CanConvertTo(object sourceValue, Type destinationType) => false;

    public override object ConvertTo(object sourceValue, Type destinationType, IFormatProvider formatProvider, bool ignoreCase) =>
        throw new NotSupportedException();
}
