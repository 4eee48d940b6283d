namespace DynamoCosmos.Sandbox;

internal static class Program
{
    private static void Main()
    {
    }
}
