namespace DynamoCosmos.Items.Text;

/// <summary>DynamoDB's types as one byte each.</summary>
internal static class TypeTag
{
    internal const byte String = (byte)'S';
    internal const byte Number = (byte)'N';
    internal const byte Binary = (byte)'B';
    internal const byte Map = (byte)'M';
    internal const byte List = (byte)'L';
    internal const byte Bool = (byte)'t';
    internal const byte Null = (byte)'0';
    internal const byte StringSet = (byte)'s';
    internal const byte NumberSet = (byte)'n';
    internal const byte BinarySet = (byte)'b';
}
