using DynamoCosmos.Basics;

namespace DynamoCosmos.Assessment;

/// <summary>What can be wrong with an assessment.</summary>
internal static class AssessmentErrors
{
    internal static MigrationException PriceTableInvalid(string path, string why, Exception? inner = null) =>
        new("PriceTableInvalid", FailureKind.InvalidData,
            $"{path} is not a price table: {why} It needs date, source, currency, per100RequestUnitsHour and storagePerGigabyteMonth; " +
                "install the module anew for its own.", path, inner);
}
