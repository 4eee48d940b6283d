namespace DynamoCosmos.Quickstart;

internal static class Program
{
    private static void Main()
    {
    }
}
