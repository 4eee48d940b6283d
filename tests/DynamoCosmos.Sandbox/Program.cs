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
        Console.WriteLine($"""
            # The Sandbox is up, with a table '{SampleOrders.TableName}' of {items} items and a bucket 'my-exports'. Paste this into PowerShell:

            $aws = @('Get-DynamoTable', 'Export-DynamoTable', 'Get-DynamoExport', 'Copy-S3ToAdls', 'Import-CosmosItems')
            foreach ($cmdlet in $aws) {"{"}
                $PSDefaultParameterValues["{"${cmdlet}"}:EndpointUrl"] = '{sandbox.Aws.Endpoint}'
                $PSDefaultParameterValues["{"${cmdlet}"}:Region"] = '{sandbox.Aws.Options.Region}'
                $PSDefaultParameterValues["{"${cmdlet}"}:AccessKey"] = '{AwsStandInOptions.DefaultAccessKey}'
                $PSDefaultParameterValues["{"${cmdlet}"}:SecretKey"] = '{AwsStandInOptions.DefaultSecretKey}'
            {"}"}
            $PSDefaultParameterValues['Copy-S3ToAdls:BlobEndpoint'] = '{sandbox.Blob.AccountEndpoint("lake")}'
            $PSDefaultParameterValues['Copy-S3ToAdls:AccountKey'] = ConvertTo-SecureString '{sandbox.Blob.AccountKey("lake")}' -AsPlainText
            foreach ($cmdlet in 'New-CosmosMigrationContainer', 'Complete-CosmosMigration', 'Import-CosmosItems') {"{"}
                $PSDefaultParameterValues["{"${cmdlet}"}:AccountEndpoint"] = '{sandbox.Cosmos.Endpoint}'
                $PSDefaultParameterValues["{"${cmdlet}"}:AccountKey"] = ConvertTo-SecureString '{sandbox.Cosmos.AccountKey}' -AsPlainText
            {"}"}
            $PSDefaultParameterValues['Import-CosmosItems:StorageAccountKey'] = $PSDefaultParameterValues['Copy-S3ToAdls:AccountKey']
            $PSDefaultParameterValues['Import-CosmosItems:ConnectionMode'] = 'Gateway'
            $env:COSMOS_DISABLE_IMDS_ACCESS = 'true'

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
