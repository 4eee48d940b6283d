using System.Management.Automation;
using System.Security;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Ports;
using DynamoCosmos.Sessions;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Streams the items of an export as objects.</summary>
[Cmdlet(VerbsCommunications.Read, "DynamoExport", DefaultParameterSetName = "Path")]
[OutputType(typeof(PSObject), typeof(string))]
public sealed class ReadDynamoExportCommand : CloudCommand
{
    private readonly ItemObjectReader _reader = new();
    private long _left;

    /// <summary>The export's own folder: on disk, s3://…, an https URL of a lake, abfss://….</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true),
        Alias("PSPath", "Location"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), OrProperty = ["Location", "Path", "PSPath"])]
    public DynamoExport? Export { get; set; }

    /// <summary>So many items of all that is read.</summary>
    [Parameter, ValidateRange(0, long.MaxValue)]
    public long First { get; set; } = long.MaxValue;

    /// <summary>Each record as its text.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SecureString? StorageAccountKey { get; set; }

    protected override void BeginProcessing() => _left = First;

    protected override void ProcessRecord()
    {
        DynamoExport[] exports = Export is null ? [.. Path.Select(ExportAt)] : [Export];
        ExportOrigin[] origins = [.. exports.Select(export => OriginOf(export, StorageAccountKey ?? AccountKey))];
        Run(async (output, stop) =>
        {
            foreach (ExportOrigin origin in origins) await ReadAsync(origin, output, stop);
        });
    }

    private async Task ReadAsync(ExportOrigin origin, CommandOutput output, CancellationToken stop)
    {
        try
        {
            if (_left == 0) return;
            await foreach (IReadOnlyList<object> batch in SourceItems.ReadAsync<object>(origin, Raw ? ReadText : ReadObject, Clouds, stop))
            {
                await output.WriteAsync(batch.Count > _left ? batch.Take((int)_left).ToArray() : batch, stop, enumerate: true);
                _left -= Math.Min(_left, batch.Count);
                if (_left == 0) return;
            }
        }
        catch (MigrationException failure)
        {
            await output.ErrorAsync(failure, stop);
        }
    }

    private static string ReadText(in ItemRecord record, string unit, ItemFormat format) => Encoding.UTF8.GetString(record.Text);

    private object ReadObject(in ItemRecord record, string unit, ItemFormat format)
    {
        try
        {
            return _reader.Read(record.Text, format);
        }
        catch (FormatException error)
        {
            throw ItemErrors.Rejected(RejectionReason.MalformedItem,
                $"Line {record.Line} of {unit} is no item: {error.Message} Read-DynamoExport -Raw shows it.", null);
        }
    }
}
