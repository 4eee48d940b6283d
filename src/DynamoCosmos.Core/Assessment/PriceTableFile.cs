using System.Text.Json;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Assessment;

/// <summary>Reads a price table: a small JSON file, so that who has other prices can give their own.</summary>
public static class PriceTableFile
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <exception cref="MigrationException">PriceTableInvalid.</exception>
    public static PriceTable Read(string path)
    {
        try
        {
            PriceTable? prices = JsonSerializer.Deserialize<PriceTable>(File.ReadAllBytes(path), s_json);
            if (prices is null) throw AssessmentErrors.PriceTableInvalid(path, "it is empty.");
            if (prices.Per100RequestUnitsHour < 0
                || prices.StoragePerGigabyteMonth < 0) throw AssessmentErrors.PriceTableInvalid(path, "a price is negative.");
            return prices;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw AssessmentErrors.PriceTableInvalid(path, error.Message.TrimEnd('.') + ".", error);
        }
    }
}
