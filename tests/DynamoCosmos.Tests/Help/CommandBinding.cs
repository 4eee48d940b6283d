using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>
/// Whether a script that somebody reads would run: it parses, its commands exist, and what is given to them fits one of their parameter
/// sets.
/// </summary>
internal sealed class CommandBinding(ModuleHost host)
{
    // Commands that a user's session has and the bare engine of these tests does not.
    private static readonly HashSet<string> s_elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        "Select-Object", "Sort-Object", "Group-Object", "Measure-Object", "Format-Table", "Format-List", "ConvertTo-Json",
            "ConvertFrom-Json", "Export-Csv", "Export-Clixml", "Import-Clixml",
        "Get-Content", "Set-Content", "Get-ChildItem", "Out-File", "Read-Host", "Get-Date", "Get-Secret", "Get-Credential",
            "ConvertTo-SecureString", "Invoke-Item",
        "Start-Sleep", "Write-Output", "Connect-AzAccount", "az", "aws", "Install-PSResource", "New-TimeSpan", "Test-Path", "Join-Path",
            "Compare-Object", "Tee-Object",
        "Register-PSResourceRepository", "Invoke-Pester",
    };

    /// <summary>Of all PowerShell in a page.</summary>
    internal IEnumerable<string> ProblemsOf(MarkdownFile file)
    {
        string page = Path.GetFileName(file.Path);
        foreach (MarkdownBlock code in file.Blocks.Where(b => b.Kind == BlockKind.Code && b.Language == "powershell"))
        {
            ScriptBlockAst script = Parser.ParseInput(code.Text, out _, out ParseError[] errors);
            foreach (ParseError error in errors) yield return $"{page}({code.Line + error.Extent.StartLineNumber}): {error.Message}";
            foreach (CommandAst command in script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
                foreach (string problem in ProblemsOf(
                    command)) yield return $"{page}({code.Line + command.Extent.StartLineNumber}): {command.Extent.Text}: {problem}";
        }
    }

    internal IEnumerable<string> ProblemsOf(CommandAst ast)
    {
        string? name = ast.GetCommandName();
        if (name is null || s_elsewhere.Contains(name)) yield break;
        // A script of the repository, as from its root.
        bool isScript = name.EndsWith(".ps1", StringComparison.Ordinal);
        host.Set("wanted", isScript ? Repository.PathOf(name) : name);
        if (host.Invoke("Get-Command $wanted -ErrorAction Ignore").Output is not [{ BaseObject: CommandInfo found }])
        {
            yield return "no such command";
            yield break;
        }
        CommandInfo command = found is AliasInfo alias ? alias.ResolvedCommand : found;
        if (command is not (CmdletInfo or FunctionInfo or ExternalScriptInfo) || command.ParameterSets.Count == 0) yield break;

        HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);
        host.Set("ast", WithoutSplatted(ast));
        ScriptRun bound = host.Invoke("[System.Management.Automation.Language.StaticParameterBinder]::BindCommand($ast, $true)");
        bool piped = ast.Parent is PipelineAst pipeline && pipeline.PipelineElements.IndexOf(ast) > 0;
        // Where three sets take their object from the pipeline the engine's static binder trips over itself; then what is named is all that
        // can be looked at.
        bool tripped = isScript
            || (piped && bound.Output.Count == 0
            && bound.Errors is [{ Exception: MethodInvocationException { InnerException: ArgumentException } }]);
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
                // What the pipeline brings, and which of two sets its type decides on, is known only when the example runs; Fits looks at
                // the rest.
                if (!piped || error.BindingException.ErrorId is not ("AmbiguousParameterSet"
                    or "MissingArgument")) yield return $"{argument}: {error.BindingException.Message}";
            }
            given.UnionWith(binding.BoundParameters.Keys.Where(k => command.Parameters.ContainsKey(k)));
        }
        foreach (string splatted in Splatted(ast))
        {
            if (!command.Parameters.ContainsKey(splatted)) yield return $"no parameter -{splatted}";
            given.Add(splatted);
        }
        if (!command.ParameterSets.Any(set =>
            Fits(set, given, piped))) yield return $"no parameter set takes exactly {string.Join(", ", given.Select(g => "-" + g))}";
    }

    // The static binder takes a splatted variable for a positional argument.
    private static CommandAst WithoutSplatted(CommandAst ast)
    {
        if (!ast.CommandElements.Any(e => e is VariableExpressionAst { Splatted: true })) return ast;
        string rest =
            string.Join(' ', ast.CommandElements.Where(e => e is not VariableExpressionAst { Splatted: true }).Select(e => e.Extent.Text));
        bool piped = ast.Parent is PipelineAst pipeline && pipeline.PipelineElements.IndexOf(ast) > 0;
        return Parser.ParseInput(piped ? "$null | " + rest : rest, out _, out _).FindAll(a => a is CommandAst, false).Cast<CommandAst>()
            .Last();
    }

    private static bool Fits(CommandParameterSetInfo set, HashSet<string> given, bool piped) =>
        given.All(g => set.Parameters.Any(p => p.Name.Equals(g, StringComparison.OrdinalIgnoreCase)))
        && set.Parameters.All(p => !p.IsMandatory || given.Contains(p.Name)
            || (piped && (p.ValueFromPipeline || p.ValueFromPipelineByPropertyName)));

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
