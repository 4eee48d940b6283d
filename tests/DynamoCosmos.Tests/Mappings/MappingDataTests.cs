using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json.Nodes;

namespace DynamoCosmos.Tests.Mappings;

/// <summary>PSD1 mappings are read without PowerShell. PowerShell itself is the judge of what they say.</summary>
[Trait("Category", "Slow")]
public sealed class MappingDataTests : IDisposable
{
    private const int Mutations = 10;

    private static readonly string[] s_values =
    [
        "1", "-1", "007", "0", "- 1", "+1", "1.5", "-1.50", ".5", "1.", "1e3", "1.5E-3", "2147483648", "9223372036854775808",
        "79228162514264337593543950335",
        "0.1", "1kb", "0x10", "1d", "$true", "$FALSE", "$Null", "$trues", "$true:x", "$env:HOME", "word",
        "'a'", "''", "'it''s'", "'a\nb'", "'$x `n'", "\"\"", "\"a\"\"b\"", "\"a`tb`\"c`$d`e`q\"", "\"5 $\"", "\"$ 5\"", "\"$x\"",
        "\"${x}\"", "\"$(1)\"", "\"a`u{41}b\"",
        "'it’s'", "\"it’s\"", "\"a “b” c\"", "‘a’", "'a' 'b'", "'a' + 'b'", "'a'.Length", "@'\nline 1\n line 2 'quoted'\n'@",
        "@'\n'@", "@'\n\n'@", "@\"\nx\n\"@", "@' x\n'@",
        "@()", "@('a')", "@('a', 'b')", "@('a'; 'b')", "@('a'\n'b', 'c')", "@('a',\n 'b')", "'a', 'b'", "'a',\n'b'", "'a'\n, 'b'",
        ",'a'", "@(1, @('x', 'y'))", "@(@('x'), @('y'))",
        "('a')", "@((1))", "@{}", "@{ a = 1; b = 2 }", "@{ a = 1 b = 2 }", "@{\n a = 1\n\n b = @{ c = $null };;\n}",
        "@{ 'a b' = 1; \"c\" = 2; d_1 = 3 }", "@{ a = 1; A = 2 }",
        "@{ a-b = 1 }", "@{ 1 = 2 }", "@{ a.b = 1 }", "@{ $x = 1 }", "@{ a =\n1 }", "@{ a\n= 1 }", "@{ a = 1 # comment }\n}",
        "@{ <# a #> a = <# b #> 1 }", "@{ a = `\n 1 }", "@{a=1}",
        "@{ a = @('x'\n 'y') }", "[int]1", "Get-Date", "{ 1 }", "@{ a = 1", "@('a'", "'a", "\"a", "1 # comment", "1#x", "'a'#x",
        "$true#x", "1;", "1; 2",
    ];

    private readonly ModuleHost _host = new();
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("dynamocosmos-data-").FullName, "m.psd1");
    private int _read;

    public void Dispose()
    {
        _host.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Theory]
    [InlineData("-1.50")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("\"a`tb`\"c`$d`e`q\"")]
    [InlineData("@'\nline 1\n line 2 'quoted'\n'@")]
    [InlineData("@('a'\n'b', 'c')")]
    [InlineData("'a',\n'b'")]
    [InlineData("@{\n a = 1\n\n b = @{ c = $null };;\n}")]
    [InlineData("@{ <# a #> a = <# b #> 1 # c\n}")]
    public void Plain_data_is_read(string value) => Assert.NotNull(Read(Mapping(value)));

    [Fact]
    public void What_is_read_is_what_PowerShell_reads()
    {
        foreach (string value in s_values) Agree(Mapping(value));
        // Most of the values above are plain data; a reader that refuses all would agree with anything.
        Assert.InRange(_read, s_values.Length / 2, s_values.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_slip_of_the_pen_is_read_as_PowerShell_reads_it_or_refused(int seed)
    {
        const string Alphabet = "'\"`$@(){},;=#<>-+.0aA_ \n\r:’“\t";
        Random random = new(seed);
        foreach (string value in s_values.Where(value => Read(Mapping(value)) is not null).ToArray())
        {
            for (int i = 0; i < Mutations; i++)
            {
                string text = Mapping(value);
                for (int slips = random.Next(1, 3); slips > 0; slips--)
                {
                    int at = random.Next(text.Length);
                    text = random.Next(2) == 0 ? text.Remove(at, 1) : text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString());
                }
                Agree(text);
            }
        }
        Assert.InRange(_read, 50, int.MaxValue);
    }

    private static string Mapping(string value) => $"@{{\n  AddProperty = @{{ p = {value}\n }}\n}}\n";

    private void Agree(string text)
    {
        // Settings that are no mapping (an unknown word) are refused for another reason.
        if (Read(text) is not JsonNode read) return;
        ScriptBlockAst script = Parser.ParseInput(text, out _, out ParseError[] errors);
        Assert.True(errors.Length == 0, $"PowerShell refuses what was read: {text}\n{errors.FirstOrDefault()?.Message}");
        object? value = script.Find(static ast => ast is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
        JsonNode? expected = Json(((Hashtable)value!)["AddProperty"]);
        Assert.True(JsonNode.DeepEquals(expected, read), $"{text}\nPowerShell: {expected?.ToJsonString()}\nread: {read.ToJsonString()}");
    }

    /// <summary>The properties that the mapping adds to an item; null where the file is refused.</summary>
    private JsonNode? Read(string text)
    {
        File.WriteAllText(_file, text);
        const string Item = """{"Item":{"k":{"S":"1"}}}""";
        ScriptRun run = _host.Invoke($"'{Item}' | ConvertTo-CosmosItem -PartitionKeyAttribute k -MappingPath '{_file}'");
        if (run.Errors.Count > 0)
        {
            Assert.Matches("^(MappingNotReadable|MappingUnknownWord|Invalid)", run.ErrorId);
            return null;
        }
        JsonObject document = JsonNode.Parse(run.Output.Single().ToString()!)!.AsObject();
        document.Remove("id");
        document.Remove("k");
        _read++;
        return document;
    }

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        PSObject wrapped => Json(wrapped.BaseObject),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        Hashtable members => new JsonObject(
            members.Cast<DictionaryEntry>().Select(member => KeyValuePair.Create(member.Key.ToString()!, Json(member.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Json)]),
        IFormattable number => Number(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new InvalidOperationException(value.GetType().FullName),
    };

    // A document has a number that no double keeps as a text.
    private static JsonNode? Number(string text) =>
        double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) == text
            ? JsonNode.Parse(text)
            : JsonValue.Create(text);
}
