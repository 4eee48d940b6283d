using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.RegularExpressions;

namespace DynamoCosmos.Basics;

/// <summary>How a host names what messages mention.</summary>
public interface IHostWords
{
    /// <param name="setting">One of <see cref="Setting.All"/>.</param>
    string NameSetting(string setting);

    /// <param name="remedy">One of <see cref="Remedy.All"/>.</param>
    string NameRemedy(string remedy);
}

/// <summary>
/// Fills the placeholders of messages with the words of the host. A process has one host, which gives its words before anything else. Where
/// there is none, as in tests of Core, placeholders stay as they are.
/// </summary>
public static partial class HostWords
{
    private static IHostWords? s_words;

    public static void Use(IHostWords words) => Volatile.Write(ref s_words, words);

    /// <summary>The text for the host's user. What is no placeholder of a known name stays as it is.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Fill(string? text) =>
        Volatile.Read(ref s_words) is IHostWords words && text is not null && text.Contains('{') ? Fill(text, words) : text;

    /// <summary>The same, with the words of a host of your choice.</summary>
    public static string Fill(string text, IHostWords words) => Placeholder().Replace(text, found => found switch
    {
        _ when IsSetting(found) => words.NameSetting(found.Groups[2].Value),
        _ when IsRemedy(found) => words.NameRemedy(found.Groups[2].Value),
        _ => found.Value,
    });

    internal static IReadOnlyList<string> NamesIn(Type placeholders) =>
        [.. placeholders.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static one => one.IsLiteral).Select(static one => one.Name)];

    internal static IReadOnlyList<string> SettingsIn(string text) =>
        [.. Placeholder().Matches(text).Where(IsSetting).Select(Name).Distinct()];

    internal static IReadOnlyList<string> RemediesIn(string text) =>
        [.. Placeholder().Matches(text).Where(IsRemedy).Select(Name).Distinct()];

    private static string Name(Match found) => found.Groups[2].Value;

    private static bool IsSetting(Match found) => found.Groups[1].ValueSpan is "setting" && Setting.All.Contains(Name(found));

    private static bool IsRemedy(Match found) => found.Groups[1].ValueSpan is "remedy" && Remedy.All.Contains(Name(found));

    [GeneratedRegex(@"\{(setting|remedy):(\w+)\}")]
    private static partial Regex Placeholder();
}
