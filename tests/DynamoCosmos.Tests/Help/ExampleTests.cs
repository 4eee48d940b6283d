using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>Every example of every page: it parses, its commands exist, and what is given to them fits one of their parameter sets.</summary>
public sealed class ExampleTests(GetHelpTests.Module module) : IClassFixture<GetHelpTests.Module>
{
    // Commands that a user's session has and the bare engine of these tests does not.
    private static readonly HashSet<string> s_elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        "Select-Object", "Sort-Object", "Group-Object", "Measure-Object", "Format-Table", "Format-List", "ConvertTo-Json", "ConvertFrom-Json", "Export-Csv",
        "Get-Content", "Set-Content", "Get-ChildItem", "Out-File", "Read-Host", "Get-Date", "Get-Secret", "Get-Credential", "ConvertTo-SecureString", "Invoke-Item",
        "Start-Sleep", "Write-Output", "Connect-AzAccount", "az", "aws", "Install-PSResource", "New-TimeSpan", "Test-Path", "Join-Path", "Compare-Object", "Tee-Object",
    };

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Repository.HelpPages, "*.md").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_parse_and_bind(string page)
    {
        MarkdownFile file = MarkdownFile.Read(Path.Combine(Repository.HelpPages, page));
        List<string> problems = [];
        foreach (MarkdownBlock code in file.Blocks.Where(b => b.Kind == BlockKind.Code && b.Language == "powershell"))
        {
            ScriptBlockAst script = Parser.ParseInput(code.Text, out _, out ParseError[] errors);
            problems.AddRange(errors.Select(e => $"{page}({code.Line + e.Extent.StartLineNumber}): {e.Message}"));
            foreach (CommandAst command in script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                problems.AddRange(ProblemsOf(command).Select(p => $"{page}({code.Line + command.Extent.StartLineNumber}): {command.Extent.Text}: {p}"));
            }
        }
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Examples_of_a_cmdlets_page_use_the_cmdlet()
    {
        foreach (CommandInfo command in module.Commands)
        {
            CommandPage page = CommandPage.Read(MarkdownFile.Read(Path.Combine(Repository.HelpPages, command.Name + ".md")));
            Assert.All(page.Examples, e => Assert.Contains(e.Blocks, b => b.Kind == BlockKind.Code && b.Text.Contains(command.Name, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("Get-Item -Path a", 0)]
    [InlineData("Get-Command -Nmae a", 1)]
    [InlineData("Get-Nothing", 1)]
    [InlineData("Import-Module", 1)]
    [InlineData("'a' | Import-Module", 0)]
    [InlineData("$p = @{ Name = 'a' }; Import-Module @p", 0)]
    [InlineData("$p = @{ Nmae = 'a' }; Import-Module @p", 2)]
    [InlineData("$p = @{ Force = $true }; 'a' | Import-Module -PassThru @p", 0)]
    [InlineData("Import-Module a b", 1)]
    public void A_command_that_would_not_bind_is_found(string script, int problems)
    {
        IEnumerable<Ast> commands = Parser.ParseInput(script.Replace("Get-Item -Path a", "Get-Command -Name a", StringComparison.Ordinal), out _, out _).FindAll(a => a is CommandAst, true);
        Assert.Equal(problems, commands.Cast<CommandAst>().SelectMany(ProblemsOf).Count());
    }

    private IEnumerable<string> ProblemsOf(CommandAst ast)
    {
        string? name = ast.GetCommandName();
        if (name is null || s_elsewhere.Contains(name)) yield break;
        module.Host.Set("wanted", name);
        if (module.Host.Invoke("Get-Command $wanted -ErrorAction Ignore").Output is not [{ BaseObject: CommandInfo found }])
        {
            yield return "no such command";
            yield break;
        }
        CommandInfo command = found is AliasInfo alias ? alias.ResolvedCommand : found;
        if (command.ParameterSets.Count == 0 || command is not (CmdletInfo or FunctionInfo)) yield break;

        HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);
        module.Host.Set("ast", WithoutSplatted(ast));
        ScriptRun bound = module.Host.Invoke("[System.Management.Automation.Language.StaticParameterBinder]::BindCommand($ast, $true)");
        bool piped = ast.Parent is PipelineAst pipeline && pipeline.PipelineElements.IndexOf(ast) > 0;
        // Where three sets take their object from the pipeline the engine's static binder trips over itself; then what is named is all that can be looked at.
        bool tripped = piped && bound.Output.Count == 0 && bound.Errors is [{ Exception: MethodInvocationException { InnerException: ArgumentException } }];
        if (tripped)
        {
            foreach (string parameter in ast.CommandElements.OfType<CommandParameterAst>().Select(static p => p.ParameterName))
            {
                if (command.Parameters.ContainsKey(parameter)) given.Add(parameter);
                else yield return $"no parameter -{parameter}";
            }
        }
        else
        {
            StaticBindingResult binding = (StaticBindingResult)bound.Single().BaseObject;
            foreach ((string argument, StaticBindingError error) in binding.BindingExceptions)
            {
                // What the pipeline brings, and which of two sets its type decides on, is known only when the example runs; Fits looks at the rest.
                if (!piped || error.BindingException.ErrorId is not ("AmbiguousParameterSet" or "MissingArgument")) yield return $"{argument}: {error.BindingException.Message}";
            }
            given.UnionWith(binding.BoundParameters.Keys.Where(k => command.Parameters.ContainsKey(k)));
        }
        foreach (string splatted in Splatted(ast))
        {
            if (!command.Parameters.ContainsKey(splatted)) yield return $"no parameter -{splatted}";
            given.Add(splatted);
        }
        if (!command.ParameterSets.Any(set => Fits(set, given, piped))) yield return $"no parameter set takes exactly {string.Join(", ", given.Select(g => "-" + g))}";
    }

    // The static binder takes a splatted variable for a positional argument.
    private static CommandAst WithoutSplatted(CommandAst ast)
    {
        if (!ast.CommandElements.Any(e => e is VariableExpressionAst { Splatted: true })) return ast;
        string rest = string.Join(' ', ast.CommandElements.Where(e => e is not VariableExpressionAst { Splatted: true }).Select(e => e.Extent.Text));
        bool piped = ast.Parent is PipelineAst pipeline && pipeline.PipelineElements.IndexOf(ast) > 0;
        return Parser.ParseInput(piped ? "$null | " + rest : rest, out _, out _).FindAll(a => a is CommandAst, false).Cast<CommandAst>().Last();
    }

    private static bool Fits(CommandParameterSetInfo set, HashSet<string> given, bool piped) =>
        given.All(g => set.Parameters.Any(p => p.Name.Equals(g, StringComparison.OrdinalIgnoreCase)))
        && set.Parameters.All(p => !p.IsMandatory || given.Contains(p.Name) || (piped && (p.ValueFromPipeline || p.ValueFromPipelineByPropertyName)));

    // Keys of the hashtables that the same example assigned to the splatted variables.
    private static IEnumerable<string> Splatted(CommandAst ast)
    {
        Ast root = ast;
        while (root.Parent is not null) root = root.Parent;
        return
            from variable in ast.CommandElements.OfType<VariableExpressionAst>()
            where variable.Splatted
            from assignment in root.FindAll(a => a is AssignmentStatementAst, true).Cast<AssignmentStatementAst>()
            where assignment.Left is VariableExpressionAst left && left.VariablePath.UserPath == variable.VariablePath.UserPath
            from table in assignment.Right.FindAll(a => a is HashtableAst, false).Cast<HashtableAst>()
            from pair in table.KeyValuePairs
            select ((StringConstantExpressionAst)pair.Item1).Value;
    }
}
