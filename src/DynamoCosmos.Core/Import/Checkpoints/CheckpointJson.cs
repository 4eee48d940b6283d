using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;

namespace DynamoCosmos.Import.Checkpoints;

/// <summary>The checkpoint's text: JSON for people to read, with a schema number that later versions can tell it by.</summary>
internal static class CheckpointJson
{
    internal const int Schema = 1;

    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static byte[] Write(Checkpoint checkpoint)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, s_options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", Schema);
            writer.WriteStartObject("settings");
            foreach ((string name, string value) in checkpoint.Settings) writer.WriteString(name, value);
            writer.WriteEndObject();
            if (checkpoint.Import.Length > 0) writer.WriteString("import", checkpoint.Import);
            writer.WriteString("startedAt", checkpoint.StartedAt);
            writer.WriteString("updatedAt", checkpoint.UpdatedAt);
            if (checkpoint.CompletedAt is DateTimeOffset completed) writer.WriteString("completedAt", completed);
            if (checkpoint.BeganEmpty) writer.WriteBoolean("beganEmpty", true);
            writer.WriteNumber("runs", checkpoint.Runs);
            writer.WriteNumber("seconds", Math.Round(checkpoint.Duration.TotalSeconds, 3));
            if (checkpoint.UnitsTotal is int total) writer.WriteNumber("unitsTotal", total);
            writer.WriteString("completedUnits", checkpoint.CompletedUnits.ToString());
            WriteCounts(writer, checkpoint.Counts);
            writer.WriteStartArray("openUnits");
            foreach (OpenUnit open in checkpoint.OpenUnits)
            {
                writer.WriteStartObject();
                writer.WriteNumber("unit", open.Ordinal);
                writer.WriteString("name", open.Name);
                writer.WriteNumber("line", open.Line);
                writer.WriteString("hash", open.Hash.ToString("x16", CultureInfo.InvariantCulture));
                WriteCounts(writer, open.Counts);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteNumber("rejectionsFrom", checkpoint.RejectionsFrom);
            writer.WriteNumber("rejectionsTo", checkpoint.RejectionsTo);
            if (checkpoint.RejectionsHash is ulong hash) writer.WriteString("rejectionsHash",
                hash.ToString("x16", CultureInfo.InvariantCulture));
            writer.WriteNumber("spentRequestUnits", checkpoint.SpentCentiRequestUnits / 100m);
            writer.WriteEndObject();
        }
        return text.ToArray();
    }

    /// <exception cref="MigrationException">CheckpointNotReadable.</exception>
    internal static Checkpoint Read(ReadOnlyMemory<byte> text, string location)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            int schema = root.GetProperty("schema").GetInt32();
            if (schema != Schema) throw RunFileErrors.CheckpointNotReadable(location,
                $"it has schema {schema}, and this version of the module writes {Schema}.");
            ImportCounts counts = ReadCounts(root);
            OpenUnit[] openUnits = [.. root.GetProperty("openUnits").EnumerateArray().Select(ReadOpenUnit)];
            return new()
            {
                Import = root.TryGetProperty("import", out JsonElement import) ? import.GetString() ?? "" : "",
                Settings = root.GetProperty("settings").EnumerateObject()
                    .ToDictionary(static setting => setting.Name, static setting => setting.Value.GetString() ?? ""),
                StartedAt = root.GetProperty("startedAt").GetDateTimeOffset(),
                UpdatedAt = root.GetProperty("updatedAt").GetDateTimeOffset(),
                CompletedAt = root.TryGetProperty("completedAt", out JsonElement completed) ? completed.GetDateTimeOffset() : null,
                BeganEmpty = root.TryGetProperty("beganEmpty", out JsonElement beganEmpty) && beganEmpty.GetBoolean(),
                Runs = root.GetProperty("runs").GetInt32(),
                Duration = TimeSpan.FromSeconds(root.GetProperty("seconds").GetDouble()),
                UnitsTotal = root.TryGetProperty("unitsTotal", out JsonElement total) ? total.GetInt32() : null,
                CompletedUnits = UnitRanges.Parse(root.GetProperty("completedUnits").GetString() ?? ""),
                Counts = counts,
                OpenUnits = openUnits,
                RejectionsFrom = root.GetProperty("rejectionsFrom").GetInt64(),
                RejectionsTo = root.GetProperty("rejectionsTo").GetInt64(),
                RejectionsHash = root.TryGetProperty("rejectionsHash", out JsonElement hash) ? ParseHash(hash) : null,
                SpentCentiRequestUnits = root.TryGetProperty("spentRequestUnits", out JsonElement spent)
                    ? ParseCents(spent)
                    : counts.CentiRequestUnits + openUnits.Sum(static open => open.Counts.CentiRequestUnits),
            };
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw RunFileErrors.CheckpointNotReadable(location, $"it is damaged: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static OpenUnit ReadOpenUnit(JsonElement open) => new(
        open.GetProperty("unit").GetInt32(),
        open.GetProperty("name").GetString() ?? throw new FormatException("name is null"),
        open.GetProperty("line").GetInt64(),
        ParseHash(open.GetProperty("hash")),
        ReadCounts(open));

    private static ulong ParseHash(JsonElement hash) =>
        ulong.Parse(hash.GetString() ?? "", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static long ParseCents(JsonElement requestUnits) => (long)(requestUnits.GetDecimal() * 100);

    private static void WriteCounts(Utf8JsonWriter writer, ImportCounts counts)
    {
        writer.WriteStartObject("counts");
        WriteNumbers(writer, counts);
        if (counts.Parts.Count > 0)
        {
            writer.WriteStartArray("containers");
            foreach (ImportCounts part in counts.Parts)
            {
                writer.WriteStartObject();
                WriteNumbers(writer, part);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, ImportCounts counts)
    {
        writer.WriteNumber("read", counts.Read);
        if (counts.Added > 0) writer.WriteNumber("added", counts.Added);
        writer.WriteNumber("written", counts.Written);
        if (counts.Replaced > 0) writer.WriteNumber("replaced", counts.Replaced);
        writer.WriteNumber("deleted", counts.Deleted);
        writer.WriteNumber("expired", counts.Expired);
        writer.WriteNumber("filtered", counts.Filtered);
        writer.WriteNumber("rejected", counts.Rejected);
        writer.WriteNumber("numberLosses", counts.NumberLosses);
        writer.WriteNumber("requestUnits", counts.CentiRequestUnits / 100m);
    }

    private static ImportCounts ReadCounts(JsonElement parent)
    {
        JsonElement counts = parent.GetProperty("counts");
        return ReadNumbers(counts) with
        {
            Parts = counts.TryGetProperty("containers", out JsonElement parts)
            ? [.. parts.EnumerateArray().Select(ReadNumbers)] : []
        };
    }

    private static ImportCounts ReadNumbers(JsonElement counts) => new()
    {
        Read = counts.GetProperty("read").GetInt64(),
        // Only of an import with a transform.
        Added = counts.TryGetProperty("added", out JsonElement added) ? added.GetInt64() : 0,
        Written = counts.GetProperty("written").GetInt64(),
        Replaced = counts.TryGetProperty("replaced", out JsonElement replaced) ? replaced.GetInt64() : 0,
        Deleted = counts.GetProperty("deleted").GetInt64(),
        Expired = counts.GetProperty("expired").GetInt64(),
        // Checkpoints of before there were mappings do not have it.
        Filtered = counts.TryGetProperty("filtered", out JsonElement filtered) ? filtered.GetInt64() : 0,
        Rejected = counts.GetProperty("rejected").GetInt64(),
        NumberLosses = counts.GetProperty("numberLosses").GetInt64(),
        CentiRequestUnits = ParseCents(counts.GetProperty("requestUnits")),
    };
}
