using System.Runtime.CompilerServices;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>
/// Options of a write whose diagnostics nobody reads. The SDK traces each operation of a bulk client for its Diagnostics property, several
/// objects with ids of their own; it has a switch for that which is not public. The SDK's version is pinned, and one without the switch
/// writes just as well.
/// </summary>
internal static class SilentOptions
{
    internal static ItemRequestOptions Create()
    {
        ItemRequestOptions options = new() { EnableContentResponseOnWrite = false };
        try
        {
            DisableDiagnostics(options, true);
        }
        catch (MissingMethodException)
        {
            // Slower, and right.
        }
        return options;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_DisablePointOperationDiagnostics")]
    private static extern void DisableDiagnostics(RequestOptions options, bool value);
}
