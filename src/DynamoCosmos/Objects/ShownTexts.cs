using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DynamoCosmos.Items;

namespace DynamoCosmos.Objects;

/// <summary>
/// The values of an object as people read them, for the views: <c>$_.Shown.ItemCount</c>. DynamoCosmos.types.ps1xml puts it on every object
/// of the module, live or deserialized. Views can't call methods in ConstrainedLanguage, but they can read properties.
/// </summary>
public static class ShownTexts
{
    /// <summary>One text for each property that is a text, a choice or a number; all others are left to the view.</summary>
    public static PSObject Of(PSObject item)
    {
        PSObject shown = new();
        foreach (PSPropertyInfo property in item.Properties)
        {
            if (TextOf(property.Name, ValueOf(property)) is string text) shown.Properties.Add(new PSNoteProperty(property.Name, text),
                preValidated: true);
        }
        return shown;
    }

    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return DeserializedObjects.Unwrap(property.Value);
        }
        catch (NotAnItemException)
        {
            // An object of its own, which has texts of its own.
            return property.Value;
        }
    }

    private static string? TextOf(string name, object? value) => value switch
    {
        // A choice that went through serialization is a text by now.
        string or Enum => value.ToString(),
        TimeSpan time => Units.Duration(time),
        DateTimeOffset time => Units.Time(time),
        Uri { IsAbsoluteUri: true, IsFile: true } file => file.LocalPath,
        Uri other => other.ToString(),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double share when name is "Share" or "Coverage" => Units.Percent(share),
        double bytes when name.EndsWith("Bytes", StringComparison.Ordinal) => Units.Bytes((long)Math.Round(bytes)),
        decimal amount => amount.ToString("0.00", CultureInfo.CurrentCulture),
        long or int when name.EndsWith("Bytes", StringComparison.Ordinal) =>
            Units.Bytes(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        long or int or double => Units.Count(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IDictionary counts =>
            string.Join(", ", SerializedRecord.EntriesOf(counts)
            .Select(static entry => $"{entry.Key} {Units.Count(entry.Value as long?)}")),
        _ => null,
    };
}
