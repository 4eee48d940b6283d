using System.Management.Automation;
using System.Security;
using DynamoCosmos.Completion;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Model;
using DynamoCosmos.Objects;
using DynamoCosmos.Parameters;
using DynamoCosmos.Sessions;
using DynamoCosmos.Sources;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Makes a first mapping file from some items of a table or an export, to be reviewed.</summary>
[Cmdlet(VerbsCommon.New, "MigrationMapping", SupportsShouldProcess = true, DefaultParameterSetName = "Export")]
[OutputType(typeof(FileInfo))]
public sealed class NewMigrationMappingCommand : CloudCommand
{
    /// <summary>A .json or .psd1 file.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true, ParameterSetName = "Export", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoExport), Or = [typeof(DynamoTable)], OrProperty = ["Location", "PSPath"])]
    public DynamoExport? Export { get; set; }

    /// <summary>Is scanned for the sample.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Table", ValueFromPipeline = true),
        ModuleObject(typeof(DynamoTable), Or = [typeof(DynamoExport)], OrProperty = ["Location", "PSPath"])]
    public DynamoTable? Table { get; set; }

    /// <summary>The export's own folder: s3://…, an https URL of a lake, abfss://…, or a folder on disk.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Location", ValueFromPipelineByPropertyName = true), Alias("PSPath"),
        ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location")]
    public KeyName? PartitionKeyAttribute { get; set; }

    [Parameter(ParameterSetName = "Export"), Parameter(ParameterSetName = "Location")]
    public KeyName? SortKeyAttribute { get; set; }

    // In all sets: $PSDefaultParameterValues['*:StorageAccountKey'] must not choose one.
    [Parameter]
    public SecureString? StorageAccountKey { get; set; }

    /// <summary>Items to look at.</summary>
    [Parameter, ValidateRange(1, 1_000_000)]
    public int SampleSize { get; set; } = 1_000;

    /// <summary>Writes over a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        string path = ResolvePath(Path);
        if (File.Exists(path) && !Force)
        {
            WriteError(Errors.MappingFileExists(path));
            return;
        }
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
        {
            WriteError(Errors.MappingNotWritable(path,
                new DirectoryNotFoundException($"there is no folder {System.IO.Path.GetDirectoryName(path)}.")));
            return;
        }
        ItemOrigin origin = GetOrigin();
        if (!ShouldProcess(path, $"Write a first mapping from up to {Units.Count(SampleSize)} items of {origin.Name}")) return;
        if (Await((output, stop) => Plans.TryAsync(output, () =>
            SampleReading.ReadAsync(origin, SampleSize, Clouds, stop), stop)) is not MappingSample sample) return;
        Write(path, System.IO.Path.GetExtension(path).Equals(".psd1", StringComparison.OrdinalIgnoreCase)
            ? MappingDraft.ToData(sample, origin.Name) : MappingDraft.ToJson(sample, origin.Name, Schema));
    }

    private void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            WriteError(Errors.MappingNotWritable(path, error));
            return;
        }
        WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
    }

    /// <summary>In the module's own folder.</summary>
    private static Uri Schema =>
        new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(typeof(NewMigrationMappingCommand).Assembly.Location)!,
        "mapping.schema.json"));

    private ItemOrigin GetOrigin() => Table is not null
        ? new TableOrigin { Table = Table, Aws = GetAwsSettings(Table.Region, Table.EndpointUrl) }
        : OriginOf(Export ?? ExportAt(Location!), StorageAccountKey
            ?? AccountKey) with
        { PartitionKey = PartitionKeyAttribute, SortKey = SortKeyAttribute };
}
