using System.Management.Automation;
using System.Security;
using DynamoCosmos.Access;
using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;
using DynamoCosmos.Completion;
using DynamoCosmos.Parameters;
using DynamoCosmos.Work;

namespace DynamoCosmos.Commands;

/// <summary>Tries each permission that the stages need, in both clouds, without changing anything.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MigrationAccess")]
[OutputType(typeof(MigrationPermission), typeof(bool))]
public sealed class TestMigrationAccessCommand : AzureSignInCommand, IAwsParameters
{
    [Parameter(Position = 0)]
    public MigrationStage Stage { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(TableCompleter))]
    public string[] TableName { get; set; } = [];

    [Parameter(ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(BucketCompleter))]
    public string? S3Bucket { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true), ArgumentCompleter(typeof(PrefixCompleter))]
    public string? S3Prefix { get; set; }

    [Parameter, ArgumentCompleter(typeof(StorageAccountCompleter))]
    public string? StorageAccountName { get; set; }

    [Parameter, ArgumentCompleter(typeof(FileSystemCompleter))]
    public string? FileSystem { get; set; }

    [Parameter]
    public Uri? BlobEndpoint { get; set; }

    [Parameter, ArgumentCompleter(typeof(CosmosAccountCompleter))]
    public string? AccountName { get; set; }

    [Parameter, ArgumentCompleter(typeof(DatabaseCompleter))]
    public string? DatabaseName { get; set; }

    [Parameter, ArgumentCompleter(typeof(ContainerCompleter))]
    public string? ContainerName { get; set; }

    [Parameter]
    public Uri? AccountEndpoint { get; set; }

    [Parameter]
    public string? SubscriptionId { get; set; }

    [Parameter]
    public string? ResourceGroup { get; set; }

    [Parameter, ValidateRange(0, 3600)]
    public int WaitSeconds { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter, ArgumentCompleter(typeof(ProfileCompleter))]
    public string? ProfileName { get; set; }

    [Parameter, ArgumentCompleter(typeof(RegionCompleter))]
    public string? Region { get; set; }

    [Parameter]
    public string? AccessKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SecretKey { get; set; }

    [Parameter, SecretText]
    public SecureString? SessionToken { get; set; }

    [Parameter]
    public Uri? EndpointUrl { get; set; }

    protected override void ProcessRecord()
    {
        if (StorageAccountName is null != FileSystem is null) ThrowTerminatingError(Errors.LakeIncomplete());
        AzureSettings azure = GetAzureSettings();
        MigrationAccessTest test = new(azure, CloudSettings.Aws(this, null, null), Clouds);
        IReadOnlyList<MigrationPermission> found = Await((_, stop) => test.WaitAsync(new()
        {
            Stage = Stage,
            TableNames = TableName,
            S3Bucket = S3Bucket,
            S3Prefix = S3Prefix,
            Lake = StorageAccountName is null
                ? null : LakeLocation.Of(StorageAccountName, FileSystem!, "", BlobEndpoint, azure.Environment),
            Cosmos = AccountName is null ? null : new(AccountName, SubscriptionId, ResourceGroup),
            AccountEndpoint = AccountEndpoint,
            DatabaseName = DatabaseName,
            ContainerName = ContainerName,
        }, TimeSpan.FromSeconds(WaitSeconds), stop));
        if (found.Count == 0) WriteWarning("Nothing was named that could be tested. Give -TableName, -S3Bucket, -StorageAccountName " +
            "with -FileSystem, or -AccountName.");
        if (Quiet) WriteObject(found.Count > 0 && found.All(permission => permission.State != PermissionState.Missing));
        else WriteObject(found, true);
    }
}
