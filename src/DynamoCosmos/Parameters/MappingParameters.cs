using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Objects;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Parameters;

/// <summary>What a cmdlet's parameters say of documents: their own words, over those of a mapping file.</summary>
internal static class MappingParameters
{
    private const string FileParameter = "MappingPath";

    // As deep as JSON is read. A hashtable that holds itself has no end.
    private const int MaxDepth = 64;

    /// <param name="bound">The cmdlet's bound parameters.</param>
    /// <param name="resolve">Makes a path of the file system of the user's.</param>
    /// <param name="partitionKeyPath">The target's own, for when nothing else tells.</param>
    /// <exception cref="MigrationException">A file or a parameter cannot be understood.</exception>
    internal static MigrationMapping Read(
        IDictionary<string, object> bound, Func<string, string> resolve, IReadOnlyList<string>? partitionKeyPath = null)
    {
        List<MappingMember> members = [];
        foreach ((string name, object value) in bound)
        {
            MappingPlace place = new($"-{name}");
            if (MigrationMapping.Words.Contains(name, StringComparer.OrdinalIgnoreCase)) members.Add(
                new(name, ValueOf(value, place), place));
        }
        MappingValue settings = MappingValue.OfMembers(members, new("The parameters"));
        if (bound.TryGetValue(FileParameter, out object? path)) settings = settings.Over(MappingFile.Read(resolve((string)path)));
        return new(partitionKeyPath is null ? settings : settings.Over(OfTarget(partitionKeyPath)));
    }

    /// <summary>A value of PowerShell's: of a parameter, or of a hashtable in one.</summary>
    private static MappingValue? ValueOf(object? given, MappingPlace place, int depth = 0)
    {
        if (depth > MaxDepth) throw MappingErrors.NotReadable(place, $"A value is nested more than {MaxDepth} deep, or holds itself.");
        return Unwrap(given, place) switch
        {
            null => null,
            string text => MappingValue.OfText(text, place),
            bool truth => MappingValue.OfBoolean(truth, place),
            SwitchParameter isPresent => MappingValue.OfBoolean(isPresent, place),
            Enum choice => MappingValue.OfText(choice.ToString(), place),
            IFormattable value and (double or float or decimal or int or long or short or byte or uint or ulong) =>
                MappingValue.OfNumber(value.ToString(null, CultureInfo.InvariantCulture), place),
            // A hashtable has another order in every process, and documents must be the same in all.
            Hashtable members =>
                MappingValue.OfMembers(
                [.. members.Keys.Cast<object>().OrderBy(key => key.ToString(), StringComparer.Ordinal)
                .Select(key => new MappingMember(key.ToString()!, ValueOf(members[key], place, depth + 1), place))], place),
            IDictionary members =>
                MappingValue.OfMembers(
                [.. members.Keys.Cast<object>()
                .Select(key => new MappingMember(key.ToString()!, ValueOf(members[key], place, depth + 1), place))], place),
            IEnumerable list =>
                MappingValue.OfList([.. list.Cast<object?>().Select((element, i) => ValueOf(element, ElementOf(place, i), depth + 1))],
                place),
            PSObject item =>
                MappingValue.OfMembers(
                [.. item.Properties.Select(property => new MappingMember(property.Name, ValueOf(property.Value, place, depth + 1), place))],
                place),
            object value => throw MappingErrors.NotReadable(place, $"A value of type {value.GetType().Name} has no meaning here. Give " +
                "texts, numbers, true, false, lists and hashtables."),
        };
    }

    private static object? Unwrap(object? given, MappingPlace place)
    {
        try
        {
            return DeserializedObjects.Unwrap(given);
        }
        catch (NotAnItemException error)
        {
            throw MappingErrors.NotReadable(place, $"A value has no meaning here: {error.Message}.");
        }
    }

    private static MappingPlace ElementOf(MappingPlace list, int index) =>
        list with { Source = string.Create(CultureInfo.InvariantCulture, $"{list.Source}[{index}]") };

    private static MappingValue OfTarget(IReadOnlyList<string> partitionKeyPath)
    {
        MappingPlace place = new("The target");
        return MappingValue.OfMembers(
            [new("partitionKeyPath", MappingValue.OfList([.. partitionKeyPath.Select(path => MappingValue.OfText(path, place))], place),
            place)], place);
    }
}
