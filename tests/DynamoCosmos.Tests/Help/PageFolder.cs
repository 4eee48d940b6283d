using DynamoCosmos.Help;

namespace DynamoCosmos.Tests.Help;

/// <summary>A folder of help pages for one test, and the cmdlet that they tell about.</summary>
internal sealed class PageFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("help-pages-").FullName;

    /// <summary>
    /// Get-Thing [-Name] &lt;String[]&gt; [-Kind Small|Large] [-Force], or -Id &lt;Int32&gt;; -Region is a shared parameter.
    /// </summary>
    internal static CommandShape GetThing { get; } = new(
        "Get-Thing",
        "ByName",
        [
            Parameter("Name", "String[]",
                new() { ["ByName"] = new(Mandatory: true, Position: 0, ByValue: true, ByPropertyName: true, Hidden: false) },
                wildcards: true),
            Parameter("Force", "SwitchParameter", Everywhere()),
            Parameter("Kind", "Kind", Everywhere(), "Small", "Large"),
            Parameter("Region", "String", Everywhere()),
            Parameter("Id", "Int32",
                new() { ["ById"] = new(Mandatory: true, Position: null, ByValue: false, ByPropertyName: true, Hidden: false) }),
        ],
        ["Example.Thing"]);

    internal const string Page = """
        ---
        schema: 2.0.0
        ---
        # Get-Thing

        ## SYNOPSIS

        Gets things.

        ## DESCRIPTION

        Gets **all** things
        of `that` name. See [the site](https://example.org/things).

        - first
        - second

        ## EXAMPLES

        ### Example 1: One thing

        ```powershell
        Get-Thing -Name one
        ```

        It is got.

        ### Example 2: All

        Before the code.

        ```powershell
        Get-Thing -Name * |
            Where-Object Kind -eq Large
        ```

        ```output
        Name Kind
        ---- ----
        two  Large
        ```

        ## PARAMETERS

        ### -Name

        Names with wildcards.

        ### -Id

        A number.

        ### -Kind

        The kind. Default: Small.

        ### -Force

        Also hidden ones.

        ## INPUTS

        ### System.String

        A name.

        ## OUTPUTS

        ### Example.Thing

        ## NOTES

        None.

        ## RELATED LINKS

        - [Things](https://example.org/things)
        """;

    internal const string Shared = """
        # Shared

        ## AWS

        ### -Region

        The region.
        """;

    internal string Path => _folder;

    internal PageFolder With(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(_folder, name), text);
        return this;
    }

    internal HelpBuild Build(params CommandShape[] shapes) => HelpBuild.Run(_folder, shapes, "Example");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Dictionary<string, ParameterUse> Everywhere() =>
        new() { [CommandShape.AllSets] = new(Mandatory: false, Position: null, ByValue: false, ByPropertyName: false, Hidden: false) };

    private static ParameterShape Parameter(string name, string type, Dictionary<string, ParameterUse> uses, params string[] values) =>
        Parameter(name, type, uses, false, values);

    private static ParameterShape Parameter(string name, string type, Dictionary<string, ParameterUse> uses, bool wildcards,
        params string[] values) =>
        new(name, type, "System." + type, type == "SwitchParameter", wildcards, [], values, uses);
}
