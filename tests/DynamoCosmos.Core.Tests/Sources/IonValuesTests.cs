using System.Text;
using DynamoCosmos.Core.Tests.Items;
using DynamoCosmos.Items;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

/// <summary>How Ion text is cut into values, whatever lines and pieces they come in.</summary>
[Trait("Category", "Slow")]
public sealed class IonValuesTests
{
    private const string One = "$ion_1_0 {Item:{a:1.}}", Two = "$ion_1_0 {Item:{b:2.}}";

    private static ReadOnlySpan<byte> Tail => [1, 2, 3];

    public static TheoryData<string, string, string[]> Cases => new()
    {
        { "one a line", $"{One}\n{Two}\n", [$"1 {One}", $"2 {Two}"] },
        { "no end of line at the end", $"{One}\n{Two}", [$"1 {One}", $"2 {Two}"] },
        { "Windows' line ends", $"{One}\r\n{Two}\r\n", [$"1 {One}", $"2 {Two}"] },
        { "a byte order mark", $"\uFEFF{One}\n{Two}", [$"1 {One}", $"2 {Two}"] },
        { "a byte order mark and a marker on a line of its own", "\uFEFF$ion_1_0\n{Item:{}}", ["2 {Item:{}}"] },
        { "no marker", "{Item:{}}\n{Item:{}}\n", ["1 {Item:{}}", "2 {Item:{}}"] },
        { "nothing", "", [] },
        { "nothing but blank, comments and markers", "\n \t\n// a\n/* b\n*/\n$ion_1_0\n$ion_1_0", [] },
        { "a marker on a line of its own", "$ion_1_0\n{Item:{}}\n$ion_1_0\n\n{Item:{}}", ["2 {Item:{}}", "5 {Item:{}}"] },
        { "comments between", $"// {{\n{One}\n/* }}\n \" */\n// it's\n{Two} // [\n{One}", [$"2 {One}", $"6 {Two} // [", $"7 {One}"] },
        { "a comment before it on its line", $"/* a\n*/ {{Item:{{}}}}\n{One}", ["2 {Item:{}}", $"3 {One}"] },
        { "a comment behind it that goes on", $"{One} /* a\n {{ */\n{Two}", [$"1 {One} /* a\n {{ */", $"3 {Two}"] },
        { "a field a line", "{\n  Item:{\n    a:[\n      1.\n    ]\n  }\n}\n" + Two,
            ["1 {\n  Item:{\n    a:[\n      1.\n    ]\n  }\n}", $"8 {Two}"] },
        { "no indent", "{Item:{m:{x:1.}\n,n:2.}}\n" + Two, ["1 {Item:{m:{x:1.}\n,n:2.}}", $"3 {Two}"] },
        { "a list of what looks like records", "{Item:{l:[\n{Item:1.}, // three\n{Item:{}},{}\n,\n{Record:2.}\n]}}\n" + One,
            ["1 {Item:{l:[\n{Item:1.}, // three\n{Item:{}},{}\n,\n{Record:2.}\n]}}", $"7 {One}"] },
        { "a long text over lines", "{Item:{a:'''x\n}} \" {\n'''}}\n" + One, ["1 {Item:{a:'''x\n}} \" {\n'''}}", $"4 {One}"] },
        { "a long text that holds records", $"$ion_1_0 {{Item:{{a:'''}}\n{One}\n{Two}\n'''}}}}\n{One}",
            [$"1 $ion_1_0 {{Item:{{a:'''}}\n{One}\n{Two}\n'''}}}}", $"5 {One}"] },
        { "a comment that holds records", $"$ion_1_0 {{Item:{{/* }}\n{One}\n*/}}}}\n{One}",
            [$"1 $ion_1_0 {{Item:{{/* }}\n{One}\n*/}}}}", $"4 {One}"] },
        { "a text whose line end is escaped", $"$ion_1_0 {{Item:{{a:\"}}\\\n{One}\"}}}}\n{One}",
            [$"1 $ion_1_0 {{Item:{{a:\"}}\\\n{One}\"}}}}", $"3 {One}"] },
        { "the same by Windows", "{Item:{a:\"}\\\r\n{\"}}\n" + One, ["1 {Item:{a:\"}\\\r\n{\"}}", $"3 {One}"] },
        { "quotes in quotes", "{Item:{'}\\'{':\"'''\",\"/*\":'''\"\\'''''',c:\"\\\\\"}}\n" + One,
            ["1 {Item:{'}\\'{':\"'''\",\"/*\":'''\"\\'''''',c:\"\\\\\"}}", $"2 {One}"] },
        { "brackets in texts", "{Item:{a:\"}}\",b:\"{[\"\n}}\n" + One, ["1 {Item:{a:\"}}\",b:\"{[\"\n}}", $"3 {One}"] },
        { "binaries over lines", "{Item:{a:{{\naGk=\n}}}}\n{Item:{a:{{//8=}}}}\n" + One,
            ["1 {Item:{a:{{\naGk=\n}}}}", "4 {Item:{a:{{//8=}}}}", $"5 {One}"] },
        { "a set over lines", "{Item:{a:$dynamodb_SS::\n[\"a\",\n'''b''']}}\n" + One,
            ["1 {Item:{a:$dynamodb_SS::\n[\"a\",\n'''b''']}}", $"4 {One}"] },
        { "two on one line", $"{One} {Two}\n{One}", [$"1 {One} {Two}", $"2 {One}"] },
        { "lines of something else", $"it's\nnot Ion\n)]}}\n{One}", ["1 it's", "2 not Ion", "3 )]}", $"4 {One}"] },
        { "a symbol table over lines", "$ion_symbol_table::{\n symbols:[\"a\"]\n}\n" + One,
            ["1 $ion_symbol_table::{\n symbols:[\"a\"]\n}", $"4 {One}"] },
        { "another version's marker", "$ion_1_1\n" + One, ["1 $ion_1_1", $"2 {One}"] },
        { "a text that does not end", "$ion_1_0 {Item:{a:\"x}}\n" + One, ["1 $ion_1_0 {Item:{a:\"x}}", $"2 {One}"] },
        { "a long text that does not end", "{Item:{a:'''x}}\n}}\n" + $"{One}\n{Two}", ["1 {Item:{a:'''x}}\n}}", $"3 {One}", $"4 {Two}"] },
        { "a comment that does not end", $"/* x\n{One}\n{Two}", ["1 /* x", $"2 {One}", $"3 {Two}"] },
        { "a bracket that is not closed", $"$ion_1_0 {{Item:{{a:[1.}}}}\n{One}\n{{Item:{{\na:{{\n{{Record:{{}}}}\n{Two}",
            ["1 $ion_1_0 {Item:{a:[1.}}", $"2 {One}", "3 {Item:{\na:{", "5 {Record:{}}", $"6 {Two}"] },
        { "a binary that does not end", $"{{Item:{{a:{{{{aGk=}}\n{One}", ["1 {Item:{a:{{aGk=}", $"2 {One}"] },
        { "one bracket too many", $"{{Item:{{}}}}}}\n{One}", ["1 {Item:{}}}", $"2 {One}"] },
        { "the end within a value", "{Item:{\na:\n", ["1 {Item:{\na:"] },
        { "the end within an escape", "{Item:{a:\"\\", ["1 {Item:{a:\"\\"] },
        { "the end within a quote", $"{One}\n''", [$"1 {One}", "2 ''"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_are_found_wherever_the_text_is_split(string what, string text, string[] values)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(values, Cut(bytes, 1000, _ => bytes.Length + 1));
        Assert.Equal(values, Cut(bytes, 1000, static _ => 1));
        for (int split = 1; split < bytes.Length; split++)
        {
            string[] read = Cut(bytes, 1000, at => at < split ? split - at : bytes.Length);
            if (!values.SequenceEqual(read)) Assert.Fail($"{what}, split at {split}: {string.Join(" | ", read)}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Generated_values_over_many_lines_make_the_documents_of_their_JSON(int seed)
    {
        KeyMap keys = new(new("pk", KeyType.S), new("sk", KeyType.N));
        Random random = new(seed);
        GeneratedItems items = new(7000 + seed, keys);
        IonWriter ion = new(new(seed));
        TypedJsonWriter json = new();
        StringBuilder text = new();
        List<(string Json, int Line)> expected = [];
        int line = 1;
        for (int i = 0; i < 1000; i++)
        {
            string before =
                random.Next(12) switch { 0 => "\n", 1 => "// {Item:\n", 2 => "/* {\n' */\n", 3 => "$ion_1_0\n", 4 => " \r\n", _ => "" };
            IReadOnlyList<(string Name, GeneratedValue Value)> item = items.Next();
            string value = ion.Item(item);
            expected.Add((json.Item(item), line + LinesIn(before) + LinesIn(value[..ion.Begins])));
            text.Append(before).Append(value).Append('\n');
            line += LinesIn(before) + LinesIn(value) + 1;
        }
        List<(string Text, long Line)> read = Read(Encoding.UTF8.GetBytes(text.ToString()), 1 << 20, _ => random.Next(1, 3000));
        Assert.Equal(expected.Select(static value => (long)value.Line), read.Select(static value => value.Line));
        Assert.True(line > 1500, $"{line} lines of 1000 values say little.");

        ItemConverter fromIon = new(keys, format: ItemFormat.Ion), fromJson = new(keys);
        DocumentBuffer document = new(), other = new();
        for (int i = 0; i < read.Count; i++)
        {
            ReferenceResult of = ReferenceResult.Of(fromIon.Convert(Encoding.UTF8.GetBytes(read[i].Text), 0, document), document);
            Assert.Equal(ReferenceResult.Of(fromJson.Convert(Encoding.UTF8.GetBytes(expected[i].Json), 0, other), other), of);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_damaged_value_is_one_record_and_those_around_it_are_untouched(int seed)
    {
        GeneratedItems items = new(8000 + seed, new(new("pk", KeyType.S)));
        IonWriter compact = new(), whimsical = new(new(seed));
        LineDamage damage = new(seed);
        Random random = new(seed);
        StringBuilder text = new();
        List<(string Text, long Line)> expected = [];
        int line = 1;
        void Add(string value)
        {
            expected.Add((value.TrimEnd('\r', '\n'), line));
            text.Append(value).Append('\n');
            line += LinesIn(value) + 1;
        }

        for (int i = 0; i < 1500; i++)
        {
            string good = whimsical.Item(items.Next())[whimsical.Begins..];
            Add(AsBytes("$ion_1_0 " + good));
            // What goes over lines when it is damaged may swallow what comes next; a line of AWS's has nothing of the kind.
            string harmed = Encoding.Latin1.GetString(damage.Harm(Encoding.UTF8.GetBytes(compact.Item(items.Next()))));
            string value = harmed.Replace("$ion_1_0", "", StringComparison.Ordinal).Trim(' ', '\t', '\r', '\v', '\f');
            bool mayHide = harmed.Contains('\n') || harmed.Contains("'''", StringComparison.Ordinal)
                || harmed.Contains("/*", StringComparison.Ordinal) || harmed.EndsWith('\\') || value.StartsWith('/');
            if (!mayHide && value.Length > 0) Add(harmed);
        }
        Assert.True(expected.Count > 2500, $"{expected.Count} values say little.");
        List<(string Text, long Line)> read =
            Read(Encoding.Latin1.GetBytes(text.ToString()), 1 << 20, _ => random.Next(1, 5000), Encoding.Latin1);
        for (int i = 0; i < Math.Min(expected.Count, read.Count); i++)
        {
            if (expected[i] != read[i]) Assert.Fail($"Line {expected[i].Line}, expected:\n{expected[i].Text}\nand found at " +
                $"{read[i].Line}:\n{read[i].Text}");
        }
        Assert.Equal(expected.Count, read.Count);

        // Damage makes bytes that are no text: each is a letter here.
        static string AsBytes(string value) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(5_000, true)]
    public void A_value_over_the_limit_is_cut_and_says_so_and_the_next_ones_are_read(int length, bool isTooLong)
    {
        string many =
            "{Item:{a:'''\n" + new string('x', length - 18) + "'''}}", one = "{Item:{a:\"" + new string('x', length - 13) + "\"}}";
        Assert.Equal(length, many.Length);
        Assert.Equal(length, one.Length);
        foreach (int piece in (int[])[1, 7, 64, 100_000])
        {
            List<(string Text, long Line)> read =
                Read(Encoding.UTF8.GetBytes($"{One}\n\n{many}\n{Two}\n{one}\r\n{One}\n"), 100, _ => piece);
            Assert.Equal([1, 3, 5, 6, 7], read.Select(static value => value.Line));
            Assert.Equal([One, Cut(many), Two, Cut(one), One], read.Select(static value => value.Text));
        }

        string Cut(string value) => isTooLong ? value[..100] + "…" : value;
    }

    [Theory]
    [InlineData("{Item:{a:'''", "it's\n")]
    [InlineData("{Item:{a:/*", "* / */* /**\n")]
    [InlineData("{Item:{a:[", "{a:1.},\n")]
    [InlineData("{Item:{a:{{", "aGk=\n")]
    [InlineData("/*", "\n")]
    public void A_value_that_never_ends_takes_bounded_memory_and_is_one_record(string begin, string more)
    {
        // The comment's line ends it, and begins it again.
        byte[] piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(more, 100_000)));
        using LineBuffer values = new(4096, 1_000_000, Tail.Length, isIon: true);
        List<(string Text, long Line)> read = [];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Add($"\n{begin}\n");
        for (int i = 0; i < 30; i++) AddBytes(piece);
        Add($"\n{One}\n\n{Two}\n");
        AddBytes(Tail);
        values.End();
        Drain(values, read, Encoding.UTF8);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before, line = 2 + (30 * 100_000) + 2;
        Assert.StartsWith(begin, read[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("…", read[0].Text, StringComparison.Ordinal);
        Assert.Equal([2, line, line + 2], read.Select(static value => value.Line));
        Assert.Equal([One, Two], read.Skip(1).Select(static value => value.Text));
        Assert.True(allocated < 24_000_000, $"{allocated} bytes");

        void Add(ReadOnlySpan<char> text) => AddBytes(Encoding.UTF8.GetBytes(text.ToString()));
        void AddBytes(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                Span<byte> room = values.GetRoom().Span;
                int count = Math.Min(room.Length, bytes.Length);
                bytes[..count].CopyTo(room);
                values.Add(count);
                bytes = bytes[count..];
                Drain(values, read, Encoding.UTF8);
            }
        }
    }

    [Fact]
    public void Each_of_many_texts_that_do_not_end_is_a_record_of_its_own()
    {
        // Those that look to the limit for their ends may be few; here the limit is passed over and over.
        string[] lines = [.. Enumerable.Range(0, 3001)
            .Select(static number => $"$ion_1_0 {{Item:{{a:{(number % 2 == 0 ? "'''" : "/*")}{number}}}}}")];
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        List<(string Text, long Line)> read = Read(text, 200, _ => 333);
        Assert.Equal(read, Read(text, 200, _ => 1 << 20));
        Assert.Equal(lines[^1], read[^1].Text);
        // While the next line seems to close a text it is one with it; then lines are on their own.
        Assert.Equal(lines[^1000..], read[^1000..].Select(static value => value.Text));
    }

    private static int LinesIn(string text) => text.Count(static letter => letter == '\n');

    private static string[] Cut(byte[] text, int maxValue, Func<int, int> pieceAt) =>
        [.. Read(text, maxValue, pieceAt).Select(static value => $"{value.Line} {value.Text}")];

    private static List<(string Text, long Line)> Read(byte[] text, int maxValue, Func<int, int> pieceAt, Encoding? encoding = null)
    {
        List<(string Text, long Line)> read = [];
        byte[] all = [.. text, .. Tail];
        using LineBuffer values = new(64, maxValue, Tail.Length, isIon: true);
        for (int at = 0; at < all.Length;)
        {
            Span<byte> room = values.GetRoom().Span;
            int count = Math.Min(Math.Min(pieceAt(at), room.Length), all.Length - at);
            all.AsSpan(at, count).CopyTo(room);
            values.Add(count);
            at += count;
            Drain(values, read, encoding ?? Encoding.UTF8);
        }
        Assert.True(values.Tail.SequenceEqual(Tail));
        values.End();
        Drain(values, read, encoding ?? Encoding.UTF8);
        return read;
    }

    private static void Drain(LineBuffer values, List<(string Text, long Line)> read, Encoding encoding)
    {
        while (values.TryRead(out ItemRecord record)) read.Add(
            (encoding.GetString(record.Text) + (record.IsTooLong ? "…" : ""), record.Line));
        Assert.False(values.HasLine);
    }
}
