using System.Management.Automation;

namespace DynamoCosmos.Tests.Completion;

/// <summary>A new cmdlet's parameters complete like those of the others.</summary>
public sealed class CompleterCoverageTests : IDisposable
{
    private static readonly string[] s_named =
    [
        "Region", "ProfileName", "TableName", "S3Bucket", "S3Prefix", "Location", "SourceLocation", "AccountName", "DatabaseName",
            "ContainerName", "StorageAccountName", "FileSystem", "RoleName",
    ];

    // It gives a new role its name.
    private static readonly string[] s_new = ["New-CosmosRoleDefinition -RoleName"];

    private readonly ModuleHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Every_parameter_that_names_what_is_there_completes()
    {
        IEnumerable<string> without =
            from result in _host.Invoke("Get-Command -Module DynamoCosmos -CommandType Cmdlet").ThrowIfFailed().Output
            let command = (CmdletInfo)result.BaseObject
            from parameter in command.Parameters.Values
            where s_named.Contains(parameter.Name) && !parameter.Attributes.OfType<ArgumentCompleterAttribute>().Any()
            select $"{command.Name} -{parameter.Name}";
        Assert.Equal(s_new, without);
    }
}
