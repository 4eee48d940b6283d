using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Mappings;

/// <summary>Reads the attribute settings of a mapping from JSON.</summary>
public static class MappingJson
{
    /// <summary>Reads settings such as <c>{"excludeAttribute":["a*"],"renameAttribute":{"old":"new"}}</c>.</summary>
    /// <exception cref="MigrationException">The text is not JSON, or has a word that is not known.</exception>
    public static ItemMapping Read(string json)
    {
        MappingValue settings = MappingText.Read(json, "The mapping");
        MappingReader.RefuseUnknown(settings, MappingReader.Words);
        return MappingReader.ReadConversion(settings).Mapping ?? ItemMapping.None;
    }
}
