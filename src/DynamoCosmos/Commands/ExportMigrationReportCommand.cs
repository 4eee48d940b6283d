using System.Management.Automation;
using DynamoCosmos.Assessment;
using DynamoCosmos.Comparison;
using DynamoCosmos.Import;
using DynamoCosmos.Objects;
using DynamoCosmos.Report;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Writes one HTML page of assessments, imports and comparisons.</summary>
[Cmdlet(VerbsData.Export, "MigrationReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMigrationReportCommand : PSCmdlet
{
    private readonly List<PSObject> _given = [];

    static ExportMigrationReportCommand() => PowerShellWords.Use();

    /// <summary>Of Measure-DynamoTable, Import-CosmosItems, Compare-CosmosMigration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter, ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Writes over a file that is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord() => _given.AddRange(InputObject);

    protected override void EndProcessing()
    {
        MigrationReport report = new() { Title = Title };
        foreach (PSObject given in _given) Add(report, given);
        if (report.IsEmpty) ThrowTerminatingError(Errors.NothingToReport(Path));
        string path = GetUnresolvedProviderPathFromPSPath(Path);
        if (NoClobber && File.Exists(path)) ThrowTerminatingError(Errors.ReportExists(path));
        if (!ShouldProcess(path, "Write the report")) return;
        try
        {
            Write(path, report.ToUtf8(DateTimeOffset.UtcNow));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Errors.ReportNotWritable(path, error));
        }
        if (PassThru) WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
    }

    private void Add(MigrationReport report, PSObject given)
    {
        object? read = null;
        UnreadableObjectException? why = null;
        try
        {
            read = SerializedObjects.Read(given);
        }
        catch (UnreadableObjectException error)
        {
            why = error;
        }
        switch (read)
        {
            case MigrationAssessment assessment:
                report.Assessments.Add(assessment);
                break;
            case ImportResult import:
                report.Imports.Add(import);
                break;
            case ComparisonResult comparison:
                report.Comparisons.Add(comparison);
                break;
            case DocumentDifference difference:
                report.Add(difference);
                break;
            default:
                WriteError(Errors.NotReportable(given, why));
                break;
        }
    }

    private void Write(string path, byte[] page)
    {
        FileInfo file = new(path);
        if (!Force || !file.Exists || !file.IsReadOnly)
        {
            File.WriteAllBytes(path, page);
            return;
        }
        file.IsReadOnly = false;
        try
        {
            File.WriteAllBytes(path, page);
        }
        finally
        {
            file.IsReadOnly = true;
        }
    }
}
