using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Dynamo;

public sealed class GetDynamoExportTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dynamocosmos exports ");
    private SandboxSession _session = null!;

    public async Task InitializeAsync() => _session = await SandboxSession.StartAsync();

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ Name = 'Orders' } | Get-DynamoExport", "ParameterArgumentTransformationError")]
    [InlineData("[pscustomobject]@{ Name = 'Orders' } | Export-DynamoTable -S3Bucket b", "ParameterArgumentTransformationError")]
    [InlineData("[pscustomobject]@{ Location = 's3://b/p/' } | New-CosmosMigrationContainer mycosmos shop orders",
        "ParameterArgumentTransformationError")]
    [InlineData("Get-DynamoExport -Table @{ TableName = 'Orders' }", "ParameterArgumentTransformationError")]
    [InlineData("Import-CosmosItems -Export " +
        "([System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-DynamoTable Orders)))) -AccountName mycosmos -DatabaseName d -ContainerName c", "ParameterArgumentTransformationError")]
    public void An_object_that_only_looks_like_one_of_the_modules_is_not_taken_for_one(string script, string id)
    {
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 5);
        ScriptRun run = _session.Invoke(script);
        Assert.StartsWith($"{id},", run.ErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tables_exports_come_newest_first_with_its_keys()
    {
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 10).SetRecovery(true);
        ScriptRun run = _session.Invoke("""
            $first = Export-DynamoTable Orders my-exports -ClientToken one
            $second = Export-DynamoTable Orders my-exports -ClientToken two -Format Ion
            $all = Get-DynamoExport -TableName Orders
            $all[0].ExportArn -eq $second.ExportArn -and $all[1].ExportArn -eq $first.ExportArn -and $all.Count -eq 2
            $all[0].ExportFormat
            (Get-DynamoTable Orders | Get-DynamoExport)[1].Keys.SortKey.Name
            (Get-DynamoExport -ExportArn $first.ExportArn).ItemCount
            (Get-DynamoExport -Location $first.Location).ItemCount
            """).ThrowIfFailed();
        Assert.Equal("True,Ion,orderId,10,10", string.Join(',', run.Output));
    }

    [Fact]
    public void An_export_in_a_folder_is_proved_and_given_its_keys()
    {
        ExportLayout export = new SampleOrders().WriteExport(_folder.FullName, 1000, files: 3);
        _session.Host.Set("folder", export.Folder);
        ScriptRun run = _session.Invoke("""
            $export = Get-DynamoExport -Location $folder -PartitionKeyAttribute customerId -SortKeyAttribute orderId -TtlAttribute expiresAt
            "$($export.TableName) $($export.ItemCount) $($export.Keys.PartitionKey) $($export.Keys.SortKey) $($export.TtlAttribute) $($export.Location.Scheme)"
            $export.Location.LocalPath -eq $folder
            """).ThrowIfFailed();
        Assert.Equal("Orders 1000 customerId (S) orderId (S) expiresAt file,True", string.Join(',', run.Output));
    }

    [Theory]
    [InlineData("manifest-summary.json", null, "ExportManifestMissing")]
    [InlineData("manifest-summary.md5", null, "ExportManifestMissing")]
    [InlineData("manifest-files.json", null, "ExportManifestMissing")]
    [InlineData("manifest-summary.json", "{}", "ExportManifestMd5Mismatch")]
    [InlineData("manifest-files.json", "{}\n", "ExportManifestDamaged")]
    [InlineData("manifest-files.json", "", "ExportManifestMd5Mismatch")]
    [InlineData("manifest-summary.md5", "not an md5", "ExportManifestDamaged")]
    public void A_damaged_manifest_is_an_error(string file, string? content, string errorId)
    {
        ExportLayout export = new SampleOrders().WriteExport(_folder.FullName, 10, files: 2);
        string path = Path.Combine(export.Folder, file);
        if (content is null) File.Delete(path);
        else File.WriteAllText(path, content);
        _session.Host.Set("folder", export.Folder);
        Assert.Equal($"{errorId},DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -Location $folder").ErrorId);
    }

    [Fact]
    public void Places_without_an_export_are_told_apart()
    {
        Assert.Equal("ExportManifestMissing,DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -Location s3://my-exports/nothing/here/").ErrorId);
        Assert.Equal("S3BucketNotFound,DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -Location s3://no-such-bucket/x/").ErrorId);
        Assert.Equal("ExportLocationNotSupported,DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -Location ftp://somewhere/x/").ErrorId);
        Assert.Equal("DynamoExportNotFound,DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -ExportArn " +
            "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders/export/01234567890123-0a1b2c3d").ErrorId);
        Assert.Equal("DynamoExportArnInvalid,DynamoCosmos.Commands.GetDynamoExportCommand",
            _session.Invoke("Get-DynamoExport -ExportArn nonsense").ErrorId);
    }
}
