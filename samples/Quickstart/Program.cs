using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Reflection;
using DynamoCosmos.PowerShellHost;
using DynamoCosmos.Sandbox.Aws;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Quickstart;

/// <summary>
/// Starts the Sandbox, fills a table, runs quickstart.ps1 in PowerShell, and counts what has arrived. Exit code 0 only if every count is
/// right.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        Arguments arguments = Arguments.Parse(args);
        if (arguments.WantsHelp || arguments.Error is not null)
        {
            (arguments.Error is null ? Console.Out : Console.Error)
                .WriteLine(arguments.Error is null ? Arguments.Help : $"{arguments.Error}\n\n{Arguments.Help}");
            return arguments.Error is null ? 0 : 2;
        }
        int count = arguments.Items;
        Console.WriteLine("Starting stand-ins of DynamoDB, S3, Blob Storage and Cosmos DB on 127.0.0.1.\nFilling the table " +
            $"'{SampleOrders.TableName}' with {count:N0} items.");
        await using Sandbox.Sandbox sandbox =
            await Sandbox.Sandbox.StartAsync(cosmos: new CosmosStandInOptions { AccountName = "mycosmos" });
        sandbox.Aws.S3.CreateBucket("my-exports");
        SampleOrders orders = new(expiredEvery: 200);
        orders.CreateTable(sandbox.Aws.Dynamo, count);

        ProgressLine progress = new(Console.Out);
        ScriptHost host = new(progress.Text, width: 140, progress.Show);
        using Runspace runspace = host.OpenRunspace();
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddCommand(Path.Combine(AppContext.BaseDirectory, "quickstart.ps1"), useLocalScope: false)
            .AddParameter("Sandbox", Describe(sandbox))
            .AddParameter("Module", Path.Combine(ModuleOutput, "DynamoCosmos.psd1"))
            .AddCommand("Out-Default");
        // As a console does: errors are shown where they happen, and noted.
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.Invoke();
        progress.End();
        return Arrivals.Check(sandbox, orders, count, Last(runspace, "result"), Last(runspace, "comparison"), shell.HadErrors);
    }

    private static PSObject? Last(Runspace runspace, string variable) =>
        (runspace.SessionStateProxy.GetVariable(variable) as IList)?.Cast<object>().Select(PSObject.AsPSObject).LastOrDefault();

    private static string ModuleOutput =>
        typeof(Program).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ModuleOutput").Value!;

    private static Hashtable Describe(Sandbox.Sandbox sandbox) => new()
    {
        ["AwsEndpoint"] = sandbox.Aws.Endpoint,
        ["Region"] = sandbox.Aws.Options.Region,
        ["AccessKey"] = AwsStandInOptions.DefaultAccessKey,
        ["SecretKey"] = AwsStandInOptions.DefaultSecretKey,
        ["BlobEndpoint"] = sandbox.Blob.AccountEndpoint("lake"),
        ["StorageKey"] = new NetworkCredential("", sandbox.Blob.AccountKey("lake")).SecurePassword,
        ["CosmosEndpoint"] = sandbox.Cosmos.Endpoint,
        ["CosmosKey"] = new NetworkCredential("", sandbox.Cosmos.AccountKey).SecurePassword,
    };
}
