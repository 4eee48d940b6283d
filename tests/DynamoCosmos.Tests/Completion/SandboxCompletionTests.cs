using System.Management.Automation;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Tests.Access;

namespace DynamoCosmos.Tests.Completion;

/// <summary>Names from AWS, the lake and an account by its key, with everything that the stand-ins need on the line.</summary>
public sealed class SandboxCompletionTests : IAsyncLifetime
{
    private SandboxSession _session = null!;

    public async Task InitializeAsync()
    {
        _session = await SandboxSession.StartAsync();
        new SampleOrders().CreateTable(_session.Aws.Dynamo, 10);
        _session.Aws.S3.CreateBucket("other-bucket");
        _session.Aws.S3["my-exports"].Put("nightly/shop/AWSDynamoDB/01-a/manifest-summary.json", "{}"u8.ToArray());
        _session.Aws.S3["my-exports"].Put("nightly/shop/AWSDynamoDB/02-b/manifest-summary.json", "{}"u8.ToArray());
        _session.Aws.S3["my-exports"].Put("nightly/shop/AWSDynamoDB/data/x.json.gz", "{}"u8.ToArray());
        _session.Aws.S3["my-exports"].Put("unrelated/x.txt", "{}"u8.ToArray());
        _session.Cosmos.CreateDatabase("shop");
        _session.Cosmos.CreateDatabase("it's a $hop");
        _session.Cosmos.CreateContainer("shop", "orders", "/id");
        _session.Cosmos.CreateContainer("shop", "customers", "/id");
        _session.Host.Set("secret", AwsStandInOptions.DefaultSecretKey);
        _session.Host.Set("key", _session.Cosmos.AccountKey);
        _session.Host.Set("secure", TenantSession.Secure(_session.Cosmos.AccountKey));
        _session.Host.Set("lakeKey", TenantSession.Secure(_session.Blob.AccountKey("lake")));
        // Everything is on the lines themselves.
        _session.Host.Set("PSDefaultParameterValues", new DefaultParameterDictionary());
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    private string Aws => $"-EndpointUrl {_session.Aws.Endpoint} -Region {_session.Aws.Options.Region} -AccessKey " +
        $"{AwsStandInOptions.DefaultAccessKey} -SecretKey $secret";

    private string Account => $"-AccountName mycosmos -AccountEndpoint {_session.Cosmos.Endpoint} -AccountKey $secure";

    [Theory]
    [InlineData("Export-DynamoTable {0} -TableName ", "Orders")]
    [InlineData("Export-DynamoTable {0} -TableName Or", "Orders")]
    [InlineData("Export-DynamoTable {0} -TableName Other,or", "Orders")]
    [InlineData("Get-DynamoTable {0} rder", "Orders")]
    [InlineData("Get-DynamoTable {0} -Name nothing")]
    [InlineData("Get-DynamoExport {0} -TableName 'Or", "'Orders'")]
    [InlineData("Export-DynamoTable {0} Orders my", "my-exports")]
    [InlineData("Export-DynamoTable {0} -S3Bucket \"", "\"my-exports\"", "\"other-bucket\"")]
    [InlineData("Export-DynamoTable {0} -S3Bucket my-exports -S3Prefix ", "nightly/shop")]
    [InlineData("Get-DynamoExport {0} -Location s3://", "s3://my-exports/", "s3://other-bucket/")]
    [InlineData("Import-CosmosItems {0} -Location s3://my-exports/", "s3://my-exports/nightly/shop/AWSDynamoDB/01-a/",
        "s3://my-exports/nightly/shop/AWSDynamoDB/02-b/")]
    [InlineData("Copy-S3ToAdls {0} -SourceLocation s3://my-exports/nightly/shop/AWSDynamoDB/02",
        "s3://my-exports/nightly/shop/AWSDynamoDB/02-b/")]
    public void Aws_names_come_from_where_the_line_points(string line, params string[] texts) =>
        Assert.Equal(texts, _session.Host.Complete(string.Format(null, line, Aws)));

    [Fact]
    public void A_line_editor_that_asks_from_its_own_module_gets_names_by_the_sessions_defaults()
    {
        _session.Invoke($$"""
            $global:PSDefaultParameterValues = @{ '*-Dynamo*:EndpointUrl' = '{{_session.Aws.Endpoint}}'; '*-Dynamo*:Region' = '{{_session.Aws.Options.Region}}'; '*-Dynamo*:AccessKey' = '{{AwsStandInOptions.DefaultAccessKey}}'; '*-Dynamo*:SecretKey' = $secret }
            $global:editor = New-Module { function Press($line) { $PSDefaultParameterValues.Count; [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText } }
            """).ThrowIfFailed();
        const string Press = "& $editor { Press 'Export-DynamoTable -TableName Or' }";
        ScriptRun run = _session.Invoke(Press).ThrowIfFailed();
        for (int again = 0; again < 3 && run.Output.Count < 2; again++) run = _session.Invoke(Press).ThrowIfFailed();
        Assert.Equal([0, "Orders"], run.Output.Select(static one => one?.BaseObject));
    }

    [Theory]
    [InlineData("Import-CosmosItems {0} -DatabaseName sh", "shop")]
    [InlineData("New-CosmosMigrationContainer {0} -DatabaseName shop -ContainerName ", "customers", "orders")]
    [InlineData("Get-CosmosThroughput {0} shop or", "orders")]
    [InlineData("Import-CosmosItems {0} -DatabaseName shop -DefaultContainer ", "customers", "orders")]
    [InlineData("Compare-CosmosMigration {0} -DatabaseName nothing -ContainerName ")]
    [InlineData("Compare-CosmosMigration {0} -ContainerName ")]
    public void Databases_and_containers_come_by_the_accounts_key(string line, params string[] texts) =>
        Assert.Equal(texts, _session.Host.Complete(string.Format(null, line, Account)));

    [Fact]
    public void A_name_that_needs_quotes_gets_them()
    {
        Assert.Equal("'it''s a $hop'", _session.Host.Complete($"Import-CosmosItems {Account} -DatabaseName it")[0]);
        Assert.Equal("\"it's a `$hop\"", _session.Host.Complete($"Import-CosmosItems {Account} -DatabaseName \"it")[0]);
        Assert.Equal("mycosmos",
            _session.Invoke($"$x = {_session.Host.Complete($"Import-CosmosItems {Account} -DatabaseName \"it")[0]}; if ($x -eq 'it''s a " +
            $"$hop') {{ 'mycosmos' }}").Single().BaseObject);
    }

    [Fact]
    public void File_systems_come_from_the_storage_account_on_the_line()
    {
        _session.Blob.CreateContainer("lake", "s3datacopy");
        string lake = $"-StorageAccountName lake -BlobEndpoint {_session.Blob.AccountEndpoint("lake")} -AccountKey $lakeKey";
        Assert.Equal(["s3datacopy"], _session.Host.Complete($"Copy-S3ToAdls {lake} -FileSystem "));
    }

    [Fact]
    public void What_PSDefaultParameterValues_say_counts_as_given()
    {
        _session.Invoke($"$PSDefaultParameterValues = @{{ '*-Dynamo*:EndpointUrl' = '{_session.Aws.Endpoint}'; '*:Region' = " +
            $"'{_session.Aws.Options.Region}'; '*:AccessKey' = '{AwsStandInOptions.DefaultAccessKey}'; '*:SecretKey' = $secret }}")
            .ThrowIfFailed();
        Assert.Equal(["Orders"], _session.Host.Complete("Get-DynamoTable -Name O"));
    }

    [Fact]
    public void Names_are_asked_for_once_and_kept_for_a_moment()
    {
        string[] Asked() => [.. _session.Aws.Requests.Select(request => request.Operation)];
        _session.Host.Complete($"Get-DynamoTable {Aws} -Name ");
        int before = Asked().Length;
        Assert.Equal(["Orders"], _session.Host.Complete($"Get-DynamoTable {Aws} -Name O"));
        Assert.Equal(before, Asked().Length);
    }
}
