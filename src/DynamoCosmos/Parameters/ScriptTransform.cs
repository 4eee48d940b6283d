using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Objects;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Parameters;

/// <summary>
/// A script block as a transform. Each reader gets a runspace of its own: PowerShell's own modules, no profile, nobody to answer a prompt,
/// and of the caller's variables those that the script names with $using:.
/// </summary>
internal sealed class ScriptTransform : IDocumentTransform
{
    private const string Using = "using:";

    private readonly ScriptBlock _script;
    private readonly PSLanguageMode _languageMode;
    private readonly Dictionary<string, object?> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _text;

    private ScriptTransform(ScriptBlock script, SessionState session)
    {
        _script = script;
        _languageMode = session.LanguageMode;
        string text = script.ToString();
        _text = Localize(text, session);
        // Line ends differ between machines that share a repository.
        Identity = "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Describe(text.ReplaceLineEndings("\n")))))
            .ToLowerInvariant();
    }

    /// <param name="session">The caller's, whose language mode it keeps to.</param>
    internal static ScriptTransform? Of(ScriptBlock? script, SessionState session) => script is null ? null : new(script, session);

    public string Identity { get; }

    public IDocumentTransformer Open() => new ScriptTransformer(_text, CreateState, DescribeLine);

    private InitialSessionState CreateState()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.LanguageMode = _languageMode;
        // What a script reports as an error is one, whether it goes on or not.
        state.Variables.Add(new SessionStateVariableEntry("ErrorActionPreference", ActionPreference.Stop, ""));
        state.Variables.Add(new SessionStateVariableEntry("ProgressPreference", ActionPreference.SilentlyContinue, ""));
        foreach ((string name, object? value) in _variables) state.Variables.Add(new SessionStateVariableEntry(name, value, ""));
        return state;
    }

    /// <summary>A line of the script as its author sees it.</summary>
    private string DescribeLine(int line)
    {
        string within = string.Create(CultureInfo.InvariantCulture, $"line {line} of the script");
        if (_script.File is not string file) return within;
        return string.Create(CultureInfo.InvariantCulture, $"{within}, {file}:{_script.Ast.Extent.StartLineNumber + line - 1}");
    }

    /// <summary>The script with variables of its own runspace in place of the caller's, whose values are taken here.</summary>
    private string Localize(string given, SessionState session)
    {
        StringBuilder text = new(given);
        Ast script = Parser.ParseInput(given, out _, out _);
        // From the end, so that places before stay where they are.
        foreach (UsingExpressionAst expression in script.FindAll(static ast => ast is UsingExpressionAst,
            searchNestedScriptBlocks: true).Cast<UsingExpressionAst>().OrderByDescending(static ast => ast.Extent.StartOffset))
        {
            if (expression.SubExpression is not VariableExpressionAst variable) continue;
            string name = variable.VariablePath.UserPath;
            _variables[Name(name)] = session.PSVariable.GetValue(name);
            int at = expression.Extent.StartOffset;
            int prefix = text.ToString(at, expression.Extent.Text.Length).IndexOf(Using, StringComparison.OrdinalIgnoreCase);
            text.Replace(text.ToString(at + prefix, Using.Length), Name(""), at + prefix, Using.Length);
        }
        return text.ToString();
    }

    private static string Name(string variable) => "using_" + variable;

    /// <summary>
    /// Plain values that the caller lends the script are a part of it; of others nothing is known that would be the same tomorrow.
    /// </summary>
    private string Describe(string script) =>
        script + string.Concat(_variables.OrderBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .Select(static pair => (Name: pair.Key, Value: pair.Value is PSObject wrapped ? wrapped.BaseObject : pair.Value))
        .Select(static pair =>
            $"\n{pair.Name.ToLowerInvariant()}={(pair.Value is string or bool or IFormattable ? Convert.ToString(pair.Value, CultureInfo.InvariantCulture) : pair.Value?.GetType().FullName)}"));
}

/// <summary>One runspace of a transform, opened with its first document and run on its reader's thread.</summary>
internal sealed class ScriptTransformer(string script, Func<InitialSessionState> state, Func<int, string> describeLine)
    : IDocumentTransformer
{
    private Runspace? _runspace;
    private PowerShell? _shell;

    public void Transform(ReadOnlyMemory<byte> document, ICollection<ReadOnlyMemory<byte>> into, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PowerShell shell = _shell ??= Open();
        shell.Commands.Clear();
        object item = DocumentObjects.Read(document.Span);
        // Also $PSItem, which is another name of it.
        _runspace!.SessionStateProxy.SetVariable("_", item);
        shell.AddScript(script, useLocalScope: true).AddArgument(item);
        try
        {
            using (cancellationToken.UnsafeRegister(static shell => ((PowerShell)shell!).BeginStop(null, null), shell))
            {
                foreach (PSObject? made in shell.Invoke())
                {
                    if (made is not null) into.Add(DocumentObjects.Write(made));
                }
            }
        }
        catch (PipelineStoppedException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (error is RuntimeException or NotAnItemException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TransformFailedException(Describe(error), error);
        }
        finally
        {
            shell.Streams.ClearStreams();
        }
        // A script that was stopped on its last line returns what it has by then.
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        _shell?.Dispose();
        _runspace?.Dispose();
    }

    private PowerShell Open()
    {
        _runspace = RunspaceFactory.CreateRunspace(state());
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        PowerShell shell = PowerShell.Create();
        shell.Runspace = _runspace;
        return shell;
    }

    private string Describe(Exception error)
    {
        string message = error.Message.TrimEnd('.');
        if (error is not RuntimeException { ErrorRecord.InvocationInfo: { ScriptLineNumber: > 0 } at }) return "The transform failed: " +
            $"{message}.";
        return $"The transform failed in {describeLine(at.ScriptLineNumber)}: {message}.";
    }
}
