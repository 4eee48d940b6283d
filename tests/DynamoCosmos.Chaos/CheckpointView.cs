using System.Globalization;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Chaos;

/// <summary>What a checkpoint on disk claims, read by its documented form and not by the code that writes it.</summary>
internal sealed class CheckpointView
{
    private readonly HashSet<int> _complete = [];
    private readonly Dictionary<int, long> _open = [];

    /// <summary>One that is not there claims nothing.</summary>
    internal static CheckpointView Read(RunPlace place)
    {
        CheckpointView view = new();
        if (place.ReadCheckpoint() is not byte[] text) return view;
        JsonNode checkpoint = JsonNode.Parse(text)!;
        foreach (string range in ((string)checkpoint["completedUnits"]!).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int[] bounds = [.. range.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            for (int unit = bounds[0]; unit <= bounds[^1]; unit++) view._complete.Add(unit);
        }
        foreach (JsonNode? open in (JsonArray)checkpoint["openUnits"]!) view._open[(int)open!["unit"]!] = (long)open["line"]!;
        return view;
    }

    internal bool Claims(ItemPlace place) =>
        _complete.Contains(place.File) || (_open.TryGetValue(place.File, out long line) && place.Line <= line);
}
