using System.Globalization;

namespace DynamoCosmos.Quickstart;

/// <summary>The command line.</summary>
/// <param name="Error">What is wrong with it; null for a good one.</param>
internal sealed record Arguments(int Items, bool WantsHelp, string? Error)
{
    internal const string Help = """
        Migrates a table from a stand-in of DynamoDB to a stand-in of Cosmos DB, and compares every item.

        Usage: dotnet run --project samples/Quickstart [-- <options>]

          --items <number>   Items in the table, from 3 to 10,000,000. Default: 10,000.
          --help             Shows this text.

        The first run downloads about 370 MB of NuGet packages and builds the module. The run itself uses only 127.0.0.1.
        To download and build nothing: dotnet run --no-restore --no-build --project samples/Quickstart

        Exit codes: 0 every item is accounted for; 1 it is not; 2 the options are wrong.
        """;

    private const int Default = 10_000;
    private const int Least = 3;
    private const int Most = 10_000_000;

    internal static Arguments Parse(IReadOnlyList<string> args) => args switch
    {
        [] => new(Default, false, null),
        ["--help" or "-h" or "-?"] => new(Default, true, null),
        ["--items", string given] when int.TryParse(given, NumberStyles.Integer, CultureInfo.InvariantCulture, out int items)
            && items is >= Least and <= Most => new(items, false, null),
        ["--items", string given] => new(Default, false, $"--items takes a whole number from {Least} to {Most:N0}, not '{given}'."),
        _ => new(Default, false, $"'{string.Join(' ', args)}' is not known."),
    };
}
