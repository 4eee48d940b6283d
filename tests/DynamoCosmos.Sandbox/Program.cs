using System.Runtime.InteropServices;
using DynamoCosmos.Sandbox.Aws;

namespace DynamoCosmos.Sandbox;

/// <summary>Runs the stand-ins for a person: prints what to paste into PowerShell, and stays until Ctrl+C.</summary>
internal static class Program
{
    private static async Task Main(string[] args)
    {
        int items = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1000;
        await using Sandbox sandbox = await Sandbox.StartAsync();
        sandbox.Aws.S3.CreateBucket("my-exports");
        new SampleOrders().CreateTable(sandbox.Aws.Dynamo, items);
        sandbox.Cosmos.CreateContainer("shop", "worker", ["/customerId"], throughput: 10_000, defaultTtl: -1);
        Console.WriteLine($"""
            # The Sandbox is up, with a table '{SampleOrders.TableName}' of {items} items and a bucket 'my-exports'. Paste this into PowerShell:

            foreach ($cmdlet in '*-Dynamo*', 'New-MigrationMapping', 'Copy-S3ToAdls', 'ConvertTo-CosmosItem', 'Import-CosmosItems', 'Compare-CosmosMigration') {"{"}
                $PSDefaultParameterValues["{"${cmdlet}"}:EndpointUrl"] = '{sandbox.Aws.Endpoint}'
                $PSDefaultParameterValues["{"${cmdlet}"}:Region"] = '{sandbox.Aws.Options.Region}'
                $PSDefaultParameterValues["{"${cmdlet}"}:AccessKey"] = '{AwsStandInOptions.DefaultAccessKey}'
                $PSDefaultParameterValues["{"${cmdlet}"}:SecretKey"] = '{AwsStandInOptions.DefaultSecretKey}'
            {"}"}
            $lakeKey = ConvertTo-SecureString '{sandbox.Blob.AccountKey("lake")}' -AsPlainText
            $PSDefaultParameterValues['Copy-S3ToAdls:BlobEndpoint'] = '{sandbox.Blob.AccountEndpoint("lake")}'
            foreach ($cmdlet in '*-Dynamo*', 'Copy-S3ToAdls') {"{"} $PSDefaultParameterValues["{"${cmdlet}"}:AccountKey"] = $lakeKey {"}"}
            foreach ($cmdlet in '*-Cosmos*', 'New-MigrationMapping') {"{"} $PSDefaultParameterValues["{"${cmdlet}"}:StorageAccountKey"] = $lakeKey {"}"}
            $PSDefaultParameterValues['*-Cosmos*:AccountEndpoint'] = '{sandbox.Cosmos.Endpoint}'
            $PSDefaultParameterValues['*-Cosmos*:AccountKey'] = ConvertTo-SecureString '{sandbox.Cosmos.AccountKey}' -AsPlainText
            foreach ($cmdlet in 'Import-CosmosItems', 'Compare-CosmosMigration') {"{"} $PSDefaultParameterValues["{"${cmdlet}"}:ConnectionMode"] = 'Gateway' {"}"}
            $env:COSMOS_DISABLE_IMDS_ACCESS = 'true'

            # Or this into a shell, to run the worker (docs/worker.md) with the container shop/worker:

            export COSMOS_DISABLE_IMDS_ACCESS=true DYNAMOCOSMOS_ENDPOINT_URL={sandbox.Aws.Endpoint} DYNAMOCOSMOS_REGION={sandbox.Aws.Options.Region}
            export DYNAMOCOSMOS_ACCESS_KEY={AwsStandInOptions.DefaultAccessKey} DYNAMOCOSMOS_SECRET_KEY={AwsStandInOptions.DefaultSecretKey}
            export DYNAMOCOSMOS_ACCOUNT_ENDPOINT={sandbox.Cosmos.Endpoint} DYNAMOCOSMOS_ACCOUNT_KEY={sandbox.Cosmos.AccountKey}
            dotnet run --project src/DynamoCosmos.Worker -- import --table-name {SampleOrders.TableName} --database-name shop --container-name worker

            # Ctrl+C ends it.
            """);
        TaskCompletionSource ended = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            ended.TrySetResult();
        };
        // The web server answers SIGTERM by stopping itself, which would leave this process waiting.
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.TrySetResult();
        });
        await ended.Task;
    }
}
