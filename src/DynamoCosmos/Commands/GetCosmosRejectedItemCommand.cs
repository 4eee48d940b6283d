using System.Management.Automation;
using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Import.Checkpoints;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Reads what an import rejected, and why.</summary>
[Cmdlet(VerbsCommon.Get, "CosmosRejectedItem")]
[OutputType(typeof(RejectedItem))]
public sealed class GetCosmosRejectedItemCommand : AzureSignInCommand
{
    /// <summary>A path, or the https URL of a blob; an import's result names it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true), Alias("Path", "PSPath"), AllowNull,
        AllowEmptyCollection]
    public string?[]? RejectedItemPath { get; set; }

    [Parameter]
    public RejectionReason[]? Reason { get; set; }

    [Parameter]
    public SecureString? StorageAccountKey { get; set; }

    protected override void ProcessRecord()
    {
        // The result of an import that rejected nothing names no file.
        Uri[] locations = [.. (RejectedItemPath ?? []).OfType<string>().Where(static path => path.Length > 0).Select(Locate)];
        AzureSettings lake = GetAzureSettings() with { AccountKey = Secret.From(StorageAccountKey) };
        Run((output, stop) => ReadAsync(locations, lake, output, stop));
    }

    private async Task ReadAsync(Uri[] locations, AzureSettings lake, CommandOutput output, CancellationToken stop)
    {
        foreach (Uri location in locations)
        {
            try
            {
                await foreach (RejectedItem item in RejectedItems.ReadAsync(location, lake, Clouds, stop))
                {
                    if (Reason is null || Reason.Contains(item.Reason)) await output.WriteAsync(item, stop);
                }
            }
            catch (MigrationException failure)
            {
                await output.ErrorAsync(failure, stop);
            }
        }
    }

    private Uri Locate(string path) => ExportStores.IsAddress(path) ? new(path) : ExportStores.LocationOfFile(ResolvePath(path));
}
