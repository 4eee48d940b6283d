using System.Reflection;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Core.Tests.Rooms;

/// <summary>
/// Checks the floor plan of docs/architecture.md: which room of Core may use which. The arrows are read off bound symbols, not off using
/// lines.
/// </summary>
[Trait("Category", "Slow")]
public sealed class RoomTests
{
    /// <summary>
    /// The one table of allowed arrows. A room is a folder, and its namespace has the same name. A room uses only rooms above its own row.
    /// </summary>
    private static readonly (string Room, string[] Uses)[] s_plan =
    [
        ("Basics", []),
        ("Items/Text", []),
        ("Items/Rules", ["Basics", "Items/Text"]),
        ("Items/Conditions", ["Basics", "Items/Text", "Items/Rules"]),
        ("Items", ["Basics", "Items/Text", "Items/Rules", "Items/Conditions"]),
        ("Items/Statistics", ["Items/Text", "Items/Rules", "Items"]),
        ("Items/Mappings", ["Basics", "Items/Rules", "Items"]),
        ("Ports", ["Basics", "Items/Rules"]),
        ("Exports", ["Basics", "Items/Rules", "Ports"]),
        ("Sources", ["Items/Rules", "Items", "Ports", "Exports"]),
        ("Transforms", ["Items/Text", "Items/Rules", "Items", "Ports"]),
        ("Writing", ["Basics", "Ports"]),
        ("Model", ["Items/Rules", "Ports", "Sources"]),
        ("Assessment", ["Basics", "Items/Text", "Items/Rules", "Items", "Items/Statistics", "Ports"]),
        ("Import/Checkpoints", ["Basics", "Items/Rules", "Items", "Ports"]),
        ("Import", ["Basics", "Items/Text", "Items/Rules", "Items", "Ports", "Exports", "Sources", "Transforms", "Writing",
            "Import/Checkpoints"]),
        ("Comparison", ["Basics", "Items/Rules", "Items", "Ports", "Transforms", "Writing", "Import"]),
        ("Report", ["Basics", "Assessment", "Import", "Comparison"]),
        ("Azure/Identity", ["Basics"]),
        ("Azure/Lake", ["Basics", "Ports", "Exports", "Azure/Identity"]),
        ("Azure/Copying", ["Basics", "Exports", "Model", "Azure/Identity", "Azure/Lake"]),
        ("Azure/Control", ["Basics", "Model", "Azure/Identity"]),
        ("Aws", ["Basics", "Items/Rules", "Ports", "Exports", "Model"]),
        ("Cosmos", ["Basics", "Ports", "Writing", "Import", "Comparison", "Azure/Identity", "Azure/Control"]),
        ("Connections", ["Basics", "Azure/Identity", "Azure/Lake", "Azure/Control", "Aws", "Cosmos"]),
        ("Cosmos/Throughput", ["Basics", "Model", "Azure/Control", "Cosmos", "Connections"]),
        ("Cosmos/Containers", ["Basics", "Items/Rules", "Items", "Ports", "Sources", "Model", "Assessment", "Azure/Control", "Cosmos",
            "Connections", "Cosmos/Throughput"]),
        ("Access", ["Basics", "Model", "Azure/Identity", "Azure/Lake", "Azure/Control", "Aws", "Cosmos", "Connections"]),
        ("Sessions", ["Basics", "Items/Rules", "Items", "Items/Mappings", "Ports", "Exports", "Sources", "Transforms", "Model",
            "Assessment", "Import/Checkpoints", "Import", "Comparison", "Azure/Lake", "Azure/Copying", "Azure/Control", "Aws", "Cosmos",
            "Connections", "Cosmos/Containers", "Access"]),
    ];

    private static readonly Lazy<SourceRooms> s_rooms = new(SourceRooms.ReadCore);

    public static TheoryData<string> Rooms() => new(s_plan.Select(row => row.Room));

    [Fact]
    public void Every_folder_of_Core_stands_in_the_plan() =>
        Assert.Equal(s_plan.Select(row => row.Room).Order(), s_rooms.Value.Names.Order());

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_the_rooms_that_the_plan_allows_it_and_no_others(string room)
    {
        string[] allowed = s_plan.Single(row => row.Room == room).Uses;
        IReadOnlyList<RoomArrow> arrows = s_rooms.Value.From(room);
        Assert.Empty(arrows.Where(arrow => !allowed.Contains(arrow.To)).Select(arrow => arrow.ToString()));
        // A row that allows more than is needed would hide the next wrong arrow.
        Assert.Empty(allowed.Except(arrows.Select(arrow => arrow.To)));
    }

    [Fact]
    public void The_plan_has_no_cycle()
    {
        List<string> above = [];
        foreach ((string room, string[] uses) in s_plan)
        {
            Assert.Empty(uses.Except(above).Select(used => $"{room} uses {used}, which does not stand above it"));
            above.Add(room);
        }
    }

    [Fact]
    public void The_namespace_of_a_file_is_its_folder() => Assert.Empty(s_rooms.Value.MisplacedFiles);

    /// <summary>Without this a reference that is not bound would look like a room that uses nothing.</summary>
    [Fact]
    public void All_names_are_bound() => Assert.Empty(s_rooms.Value.UnknownNames);

    [Fact]
    public void A_folder_has_at_most_30_files() =>
        Assert.Empty(s_rooms.Value.Names.Where(room => s_rooms.Value.FilesOf(room) > 30)
            .Select(room => $"{room}: {s_rooms.Value.FilesOf(room)} files"));

    [Fact]
    public void A_room_has_at_most_a_fifth_of_the_lines()
    {
        int all = s_rooms.Value.Names.Sum(s_rooms.Value.LinesOf);
        Assert.Empty(s_rooms.Value.Names.Where(room => s_rooms.Value.LinesOf(room) * 5 > all)
            .Select(room => $"{room}: {s_rooms.Value.LinesOf(room)} of {all} lines"));
    }

    [Fact]
    public void The_table_in_the_documentation_is_this_table()
    {
        string text = File.ReadAllText(Path.Combine(SourceRooms.Repository, "docs", "architecture.md"));
        IEnumerable<string> rows = Regex.Matches(text, @"^\| `([A-Z][A-Za-z/]*)` \| [^|]* \| ([^|]*) \|$", RegexOptions.Multiline)
            .Select(row => $"{row.Groups[1].Value}: {row.Groups[2].Value.Trim()}");
        Assert.Equal(s_plan.Select(row => $"{row.Room}: {(row.Uses.Length == 0 ? "none" : string.Join(", ", row.Uses))}"), rows);
    }
}
