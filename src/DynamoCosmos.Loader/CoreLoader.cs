using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace DynamoCosmos.Loader;

/// <summary>
/// Answers for the one name <c>DynamoCosmos.Core</c> from a private load context over the <c>core</c> folder, so that the
/// Azure.Core, AWSSDK.Core or Newtonsoft.Json that the session already holds and ours never meet.
/// </summary>
public sealed class CoreLoader : IModuleAssemblyInitializer
{
    private const string CoreName = "DynamoCosmos.Core";

    private static readonly object s_gate = new();
    private static CoreLoadContext? s_context;

    /// <summary>Called by PowerShell at every import, before the root module's assembly is loaded; the first call counts.</summary>
    public void OnImport()
    {
        lock (s_gate)
        {
            if (s_context is not null) return;
            string here = Path.GetDirectoryName(typeof(CoreLoader).Assembly.Location)!;
            s_context = new(Path.Combine(here, "core", CoreName + ".dll"));
            AssemblyLoadContext.Default.Resolving += static (_, name) =>
                name.Name == CoreName ? s_context.LoadFromAssemblyName(name) : null;
        }
    }

    private sealed class CoreLoadContext(string path) : AssemblyLoadContext(CoreName)
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            _resolver.ResolveAssemblyToPath(assemblyName) is string found ? LoadFromAssemblyPath(found) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is string found ? LoadUnmanagedDllFromPath(found) : 0;
    }
}
