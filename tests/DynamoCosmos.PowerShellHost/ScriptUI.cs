using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;

namespace DynamoCosmos.PowerShellHost;

/// <summary>The text side of <see cref="ScriptHost"/>.</summary>
internal sealed class ScriptUI(TextWriter output, int width, Action<ProgressRecord>? showProgress, bool color) : PSHostUserInterface
{
    private const string NotInteractive = "This host is not interactive: the command asked for input.";

    public override PSHostRawUserInterface RawUI { get; } = new Raw(width);

    public override bool SupportsVirtualTerminal => color;

    public override void Write(string value) => output.Write(Styled(value));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => output.Write(Styled(value));

    public override void WriteLine(string value) => output.WriteLine(Styled(value));

    public override void WriteErrorLine(string value) => output.WriteLine(Styled(value));

    public override void WriteDebugLine(string message) => output.WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => output.WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => output.WriteLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => showProgress?.Invoke(record);

    public override string ReadLine() => throw new PSInvalidOperationException(NotInteractive);

    public override SecureString ReadLineAsSecureString() => throw new PSInvalidOperationException(NotInteractive);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new PSInvalidOperationException(NotInteractive);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw new PSInvalidOperationException(NotInteractive);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new PSInvalidOperationException(NotInteractive);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new PSInvalidOperationException(NotInteractive);

    // Formatting always writes its styles; that a plain host leaves them out is the host's own part.
    private string Styled(string text) => color ? text : new StringDecorated(text).ToString(OutputRendering.PlainText);

    private sealed class Raw(int width) : PSHostRawUserInterface
    {
        public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

        public override Size BufferSize { get; set; } = new(width, 3000);

        public override Coordinates CursorPosition { get; set; }

        public override int CursorSize { get; set; } = 1;

        public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

        public override bool KeyAvailable => false;

        public override Size MaxPhysicalWindowSize => new(width, 60);

        public override Size MaxWindowSize => new(width, 60);

        public override Coordinates WindowPosition { get; set; }

        public override Size WindowSize { get; set; } = new(width, 60);

        public override string WindowTitle { get; set; } = "";

        public override void FlushInputBuffer()
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new PSInvalidOperationException(NotInteractive);

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
        {
        }

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
        {
        }

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
        {
        }
    }
}
