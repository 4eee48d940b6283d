using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;

namespace DynamoCosmos.Items.Mappings;

/// <summary>Understands the words of a mapping. They are those of the cmdlets' parameters.</summary>
internal static class MappingReader
{
    /// <summary>What can be said of all items, or of those of one route.</summary>
    internal static IReadOnlyList<string> Words { get; } =
    [
        "where", "excludeAttribute", "includeAttribute", "renameAttribute", "addProperty", "stringAttribute", "attributeNumberMode",
            "unpackJsonAttribute",
        "numberMode", "idFrom", "idAttribute", "hierarchical", "partitionKeyPath", "expiredItem",
    ];

    private static readonly KeyMap s_anyKeys = new(new("-", KeyType.S));

    /// <param name="settings">Words beside those of a conversion are passed over.</param>
    internal static ConversionOptions ReadConversion(MappingValue settings)
    {
        ConversionOptions options = new();
        ItemMapping mapping = new();
        foreach (MappingMember member in settings.Members!)
        {
            switch (Words.FirstOrDefault(member.Is))
            {
                case "where":
                    mapping = mapping with { Where = Condition(member) };
                    break;
                case "excludeAttribute":
                    mapping = mapping with { ExcludeAttributes = Paths(member) };
                    break;
                case "includeAttribute":
                    mapping = mapping with { IncludeAttributes = Paths(member) };
                    break;
                case "renameAttribute":
                    mapping = mapping with { RenameAttributes = Members(member).ToDictionary(ExactPath, Text) };
                    break;
                case "addProperty":
                    mapping = mapping with
                    {
                        AddProperties = Members(member)
                        .ToDictionary(static added => added.Word, static added => added.Value?.ToJson() ?? "null")
                    };
                    break;
                case "stringAttribute":
                    mapping = mapping with { StringAttributes = Paths(member) };
                    break;
                case "attributeNumberMode":
                    mapping = mapping with { NumberModes = Members(member).ToDictionary(ExactPath, Choice<NumberMode>) };
                    break;
                case "unpackJsonAttribute":
                    mapping = mapping with { UnpackJsonAttributes = Paths(member) };
                    break;
                case "numberMode":
                    options = options with { NumberMode = Choice<NumberMode>(member) };
                    break;
                case "idFrom":
                    options = options with { IdFrom = Choice<IdSource>(member) };
                    break;
                case "idAttribute":
                    options = options with { IdAttribute = Text(member) };
                    break;
                case "hierarchical":
                    options = options with { Hierarchical = Truth(member) };
                    break;
                case "partitionKeyPath":
                    options = options with { PartitionKeyPaths = Texts(member) };
                    break;
                case "expiredItem":
                    options = options with { ExpiredItem = Choice<ExpiredItemAction>(member) };
                    break;
            }
        }
        // Settings that change nothing make the same import as none at all.
        return mapping.IsEmpty ? options : options with { Mapping = mapping };
    }

    internal static void RefuseUnknown(MappingValue settings, IReadOnlyList<string> known)
    {
        foreach (MappingMember member in settings.Members!)
        {
            if (!known.Any(member.Is)) throw MappingErrors.UnknownWord(member, known);
            if (settings.Members!.First(other => other.Is(member.Word)) != member) throw MappingErrors.NotReadable(member.Place,
                $"'{member.Word}' stands twice.");
        }
    }

    internal static MappingMember? Find(MappingValue settings, string word) =>
        settings.Members!.FirstOrDefault(member => member.Is(word) && member.Value is not null);

    internal static MappingValue Only(MappingValue settings, IReadOnlyList<string> words) =>
        MappingValue.OfMembers([.. settings.Members!.Where(member => words.Any(member.Is))], settings.Place);

    internal static string Text(MappingMember member) => member.Value?.Text ?? throw Wrong(member, "a text in quotes");

    internal static string Condition(MappingMember member)
    {
        string text = Text(member);
        // Whether it can be read depends on no table.
        Prove(member.Place, () => _ = new ConversionPlan(s_anyKeys, [text], null, default));
        return text;
    }

    internal static IReadOnlyList<MappingValue> Objects(MappingMember member)
    {
        IReadOnlyList<MappingValue?> list = member.Value?.List ?? [member.Value];
        return list.All(static value => value?.Members is not null)
            ? [.. list.Select(static value => value!)] : throw Wrong(member, "a list of objects");
    }

    // One text may stand for a list of one.
    private static IReadOnlyList<string> Texts(MappingMember member)
    {
        IReadOnlyList<MappingValue?> list = member.Value?.List ?? [member.Value];
        return list.All(static value => value?.Text is not null)
            ? [.. list.Select(static value => value!.Text!)] : throw Wrong(member, "a list of texts in quotes");
    }

    private static IReadOnlyList<string> Paths(MappingMember member)
    {
        IReadOnlyList<string> paths = Texts(member);
        foreach (MappingValue? path in member.Value!.List ?? [member.Value]) Prove(path!.Place, () => AttributePath.Parse(path.Text!));
        return paths;
    }

    private static string ExactPath(MappingMember member)
    {
        Prove(member.Place, () => AttributePath.ParseExact(member.Word));
        return member.Word;
    }

    private static void Prove(MappingPlace place, Action read)
    {
        try
        {
            read();
        }
        catch (MigrationException error)
        {
            throw MappingErrors.At(place, error);
        }
    }

    private static IReadOnlyList<MappingMember> Members(MappingMember member) =>
        member.Value?.Members ?? throw Wrong(member, "an object: names, and what becomes of each");

    private static bool Truth(MappingMember member) => member.Value?.Literal switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(member, "true or false"),
    };

    private static T Choice<T>(MappingMember member)
        where T : struct, Enum =>
        Enum.TryParse(Text(member), ignoreCase: true, out T value)
            && Enum.GetNames<T>().Contains(Text(member), StringComparer.OrdinalIgnoreCase)
            ? value
            : throw Wrong(member, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    private static MigrationException Wrong(MappingMember member, string expected) =>
        MappingErrors.NotReadable(member.Place, $"'{member.Word}' is to be {expected}.");
}
