using System.Management.Automation;
using DynamoCosmos.Access;
using DynamoCosmos.Completion;

namespace DynamoCosmos.Commands;

/// <summary>Writes the least IAM policy for the AWS side of a migration. Nothing is asked of AWS.</summary>
[Cmdlet(VerbsCommon.Get, "MigrationAwsPolicy")]
[OutputType(typeof(string))]
public sealed class GetMigrationAwsPolicyCommand : PSCmdlet
{
    private readonly List<string> _tables = [];

    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true), Alias("TableArn"), ValidateNotNullOrEmpty,
        ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(Position = 1), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(BucketCompleter))]
    public string? S3Bucket { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(PrefixCompleter))]
    public string? S3Prefix { get; set; }

    [Parameter]
    public MigrationStage Stage { get; set; }

    [Parameter, ValidatePattern("^arn:[a-z-]+:kms:")]
    public string? KmsKeyArn { get; set; }

    [Parameter]
    public SwitchParameter EnablePointInTimeRecovery { get; set; }

    [Parameter, ValidateSet("aws", "aws-us-gov", "aws-cn")]
    public string Partition { get; set; } = "aws";

    protected override void ProcessRecord() => _tables.AddRange(TableName);

    protected override void EndProcessing() => WriteObject(new AwsMigrationPolicy
    {
        Stage = Stage,
        Tables = _tables,
        S3Bucket = S3Bucket,
        S3Prefix = S3Prefix,
        KmsKeyArn = KmsKeyArn,
        EnablePointInTimeRecovery = EnablePointInTimeRecovery,
        Partition = Partition,
    }.ToJson());
}
