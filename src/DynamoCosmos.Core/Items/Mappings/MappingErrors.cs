using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Mappings;

/// <summary>What can be wrong with the text of a mapping; what its words contradict is among <see cref="ItemErrors"/>.</summary>
public static class MappingErrors
{
    public static MigrationException NotReadable(MappingPlace place, string what) =>
        new("MappingNotReadable", FailureKind.InvalidData, $"{place}: {what}", place.Source);

    public static MigrationException FileNotFound(string path) =>
        new("MappingFileNotFound", FailureKind.NotFound, $"There is no mapping file {path}. {Remedy.DraftMapping} makes a first one.",
            path);

    /// <summary>What a condition or a path says of itself, with the place where it stands.</summary>
    internal static MigrationException At(MappingPlace place, MigrationException error) =>
        new(error.ErrorId, error.Kind, $"{place}: {error.Message}", error.TargetObject, error);

    internal static MigrationException UnknownWord(MappingMember member, IReadOnlyList<string> known)
    {
        string? meant = known.FirstOrDefault(word => word.StartsWith(member.Word, StringComparison.OrdinalIgnoreCase)
            || member.Word.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return new("MappingUnknownWord", FailureKind.InvalidData,
            $"{member.Place}: '{member.Word}' is no word of a mapping{(meant is null ? "." : $"; is '{meant}' meant?")} Known here are " +
                $"{string.Join(", ", known)}.", member.Place.Source);
    }

    internal static MigrationException ContainerNameWithRoutes(string container) =>
        new("ContainerNameWithRoutes", FailureKind.InvalidArgument,
            $"{Setting.ContainerName} '{container}' is given, and routes that name the containers. Leave it out; " +
                $"{Setting.DefaultContainer} takes what no route takes.", container);

    internal static MigrationException TargetNotRouted(string container) =>
        new("TargetNotRouted", FailureKind.InvalidArgument,
            $"The container '{container}' was given as the target, and no route leads to it. Name it in a route or as " +
                $"{Setting.DefaultContainer}, or give {Setting.AccountName} and {Setting.DatabaseName} in place of the target.", container);
}
