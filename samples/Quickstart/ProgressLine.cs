using System.Management.Automation;

namespace DynamoCosmos.Quickstart;

/// <summary>Shows progress as a console would: on a terminal one line that changes, in a log a line now and then.</summary>
internal sealed class ProgressLine(TextWriter console)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(Console.IsOutputRedirected ? 2 : 0.2);

    private readonly Lock _gate = new();
    private long _next;
    private bool _isShown;

    /// <summary>For all other text: it takes the place of a line that is showing.</summary>
    public TextWriter Text => new Interrupting(this, console);

    public void Show(ProgressRecord record)
    {
        lock (_gate)
        {
            if (record.RecordType == ProgressRecordType.Completed)
            {
                End();
                return;
            }
            if (Environment.TickCount64 < _next) return;
            _next = Environment.TickCount64 + (long)s_interval.TotalMilliseconds;
            string percent = record.PercentComplete >= 0 ? $"{record.PercentComplete,3} %  " : "";
            string text = $"  {record.Activity}: {percent}{record.StatusDescription} {record.CurrentOperation}".TrimEnd();
            if (Console.IsOutputRedirected)
            {
                console.WriteLine(text);
                return;
            }
            console.Write("\r\e[2K" + text);
            _isShown = true;
        }
    }

    /// <summary>Removes the line that is showing.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_isShown) console.Write("\r\e[2K");
            _isShown = false;
        }
    }

    private sealed class Interrupting(ProgressLine line, TextWriter console) : TextWriter
    {
        public override System.Text.Encoding Encoding => console.Encoding;

        public override void Write(char value)
        {
            line.End();
            console.Write(value);
        }

        public override void Write(string? value)
        {
            line.End();
            console.Write(value);
        }
    }
}
