namespace DynamoCosmos.Help;

/// <summary>Reads the Markdown that help pages are written in: headings, paragraphs, lists, tables, fenced code, and the front matter of PlatyPS.</summary>
internal sealed class MarkdownFile
{
    private readonly string[] _lines;
    private readonly List<MarkdownBlock> _blocks = [];
    private int _next;

    private MarkdownFile(string path, string[] lines)
    {
        Path = path;
        _lines = lines;
    }

    internal string Path { get; }

    internal IReadOnlyList<MarkdownBlock> Blocks => _blocks;

    internal static MarkdownFile Read(string path) => Parse(path, File.ReadAllLines(path));

    internal static MarkdownFile Parse(string path, string[] lines)
    {
        MarkdownFile file = new(path, lines);
        file.SkipFrontMatter();
        while (file._next < lines.Length) file.ReadBlock();
        return file;
    }

    private void SkipFrontMatter()
    {
        if (_lines.Length == 0 || _lines[0].TrimEnd() != "---") return;
        int end = Array.FindIndex(_lines, 1, l => l.TrimEnd() == "---");
        _next = end + 1;
    }

    private void ReadBlock()
    {
        string line = _lines[_next].Trim();
        if (line.Length == 0) _next++;
        else if (line.StartsWith("<!--", StringComparison.Ordinal)) SkipComment();
        else if (IsHeading(line)) ReadHeading(line);
        else if (line.StartsWith("```", StringComparison.Ordinal)) ReadCode(line);
        else if (line.StartsWith('|')) ReadTable();
        else if (IsListItem(_lines[_next])) ReadList();
        else ReadParagraph();
    }

    private void SkipComment()
    {
        while (_next < _lines.Length && !_lines[_next++].Contains("-->", StringComparison.Ordinal))
        {
        }
    }

    private void ReadHeading(string line)
    {
        int level = line.IndexOf(' ');
        (string text, _) = MarkdownText.Plain(line[level..].Trim());
        _blocks.Add(new(BlockKind.Heading, text, ++_next, level));
    }

    private void ReadCode(string fence)
    {
        int start = ++_next;
        int indent = _lines[start - 1].IndexOf('`');
        while (_next < _lines.Length && _lines[_next].Trim() != "```") _next++;
        IEnumerable<string> code = _lines[start.._next].Select(l => l.Length >= indent && string.IsNullOrWhiteSpace(l[..indent]) ? l[indent..].TrimEnd() : l.TrimEnd());
        _blocks.Add(new(BlockKind.Code, string.Join('\n', code), start, Language: fence[3..].Trim()));
        _next++;
    }

    private void ReadTable()
    {
        int start = _next;
        List<string> rows = [];
        List<MarkdownLink> links = [];
        for (; _next < _lines.Length && _lines[_next].TrimStart().StartsWith('|'); _next++)
        {
            // A bar inside a cell is written \| in Markdown.
            string[] cells = _lines[_next].Trim().Trim('|').Replace("\\|", "\0", StringComparison.Ordinal).Split('|');
            if (cells.All(c => c.Trim().Trim(':', '-').Length == 0)) continue;
            rows.Add(string.Join('\t', cells.Select(c => Plain(c.Replace('\0', '|').Trim(), links))));
        }
        _blocks.Add(new(BlockKind.Table, string.Join('\n', rows), start + 1, Links: links));
    }

    private void ReadList()
    {
        int start = _next;
        List<string> items = [];
        for (; _next < _lines.Length && _lines[_next].Trim().Length > 0 && !IsBlockStart(_lines[_next].Trim()); _next++)
        {
            if (IsListItem(_lines[_next])) items.Add(_lines[_next].TrimEnd());
            else items[^1] += " " + _lines[_next].Trim();
        }
        List<MarkdownLink> links = [];
        _blocks.Add(new(BlockKind.List, string.Join('\n', items.Select(i => Plain(i, links))), start + 1, Links: links));
    }

    private void ReadParagraph()
    {
        int start = _next;
        List<string> lines = [];
        while (_next < _lines.Length && _lines[_next].Trim() is { Length: > 0 } line && !IsBlockStart(line) && !IsListItem(_lines[_next]))
        {
            lines.Add(line);
            _next++;
        }
        List<MarkdownLink> links = [];
        _blocks.Add(new(BlockKind.Paragraph, Plain(string.Join(' ', lines), links), start + 1, Links: links));
    }

    private static string Plain(string markdown, List<MarkdownLink> links)
    {
        (string text, IReadOnlyList<MarkdownLink> found) = MarkdownText.Plain(markdown);
        links.AddRange(found);
        return text;
    }

    private static bool IsHeading(string line)
    {
        int level = line.TakeWhile(c => c == '#').Count();
        return level is > 0 and < 7 && line.Length > level && line[level] == ' ';
    }

    private static bool IsBlockStart(string line) => IsHeading(line) || line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith('|');

    private static bool IsListItem(string line)
    {
        string text = line.TrimStart();
        if (text.StartsWith("- ", StringComparison.Ordinal) || text.StartsWith("* ", StringComparison.Ordinal)) return true;
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits is > 0 and < 4 && text.Length > digits + 1 && text[digits] == '.' && text[digits + 1] == ' ';
    }
}
