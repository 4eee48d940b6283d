using System.Management.Automation.Language;

namespace DynamoCosmos.Tests.Surface;

/// <summary>
/// build.ps1 runs wherever PowerShell's engine does: it calls nothing that only an installed PowerShell has, apart from its Pester task.
/// </summary>
[Trait("Category", "Slow")]
public sealed class BuildScriptTests
{
    private static readonly string s_script = Repository.PathOf("build.ps1");

    [Fact]
    public void It_calls_only_dotnet_its_own_functions_and_the_engines_commands()
    {
        using ModuleHost host = new(import: false);
        ScriptBlockAst script = Parser.ParseFile(s_script, out _, out ParseError[] errors);
        Assert.Empty(errors);
        FunctionDefinitionAst[] functions = [.. script.FindAll(a => a is FunctionDefinitionAst, false).Cast<FunctionDefinitionAst>()];
        HashSet<string> known = [.. functions.Select(f => f.Name), "dotnet"];
        foreach (CommandAst command in script.FindAll(a => a is CommandAst, true).Cast<CommandAst>()
            .Where(c => !IsWithin(c, "Test-WithPester")))
        {
            string name = command.GetCommandName();
            Assert.True(known.Contains(name)
                || host.Invoke($"Get-Command {name} -ErrorAction Ignore").Output.Count == 1,
                $"line {command.Extent.StartLineNumber}: {name}");
        }
    }

    [Fact]
    public void Every_task_has_a_function_that_does_it()
    {
        ScriptBlockAst script = Parser.ParseFile(s_script, out _, out _);
        string[] tasks = [.. script.ParamBlock.Parameters[0].Attributes.OfType<AttributeAst>()
            .Single(a => a.TypeName.Name == "ValidateSet").PositionalArguments.Select(a => (string)a.SafeGetValue())];
        SwitchStatementAst choice = (SwitchStatementAst)script.Find(a => a is SwitchStatementAst, true);
        Assert.Equal(tasks, choice.Clauses.Select(c => (string)c.Item1.SafeGetValue()));
    }

    [Fact]
    public void A_dotnet_command_that_fails_ends_it()
    {
        using ModuleHost host = new(import: false);
        ScriptRun run = host.Invoke($". '{s_script}' -Task @(); Invoke-Dotnet no-such-command *>&1 | Out-Null");
        Assert.Contains("'dotnet no-such-command' ended with exit code", run.Terminated?.Message, StringComparison.Ordinal);
    }

    private static bool IsWithin(Ast? ast, string function)
    {
        for (; ast is not null; ast = ast.Parent)
        {
            if (ast is FunctionDefinitionAst owner && owner.Name == function) return true;
        }
        return false;
    }
}
