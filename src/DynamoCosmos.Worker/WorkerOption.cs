using System.CommandLine.Parsing;
using System.Globalization;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Worker;

/// <summary>Makes the options of the worker.</summary>
internal static class WorkerOption
{
    internal const string VariablePrefix = "DYNAMOCOSMOS_";

    /// <summary>The environment variable that stands for an option: <c>DYNAMOCOSMOS_ACCOUNT_KEY</c> for <c>--account-key</c>.</summary>
    internal static string VariableOf(string option) => VariablePrefix + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    internal static Option<string?> Text(string name, string description) => new(name) { Description = description };

    internal static Option<string[]> Texts(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = static _ => [] };

    internal static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    internal static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum =>
        Value<T>(
            name, $"{description} One of {string.Join(", ", Enum.GetNames<T>())}.",
            static text => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, true) : null);

    internal static Option<long?> Number(string name, string description, long least, long most) => Value<long>(
        name, description, text => long.TryParse(text, NumberStyles.None, null, out long n) && n >= least && n <= most ? n : null);

    internal static Option<TimeSpan?> Time(string name, string description) =>
        Value<TimeSpan>(name, $"{description} Such as 90s, 30m, 4h.", ReadTime);

    internal static Option<Uri?> Address(string name, string description) =>
        Of(name, description, static text => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) ? address : null);

    internal static Option<KeyName?> Key(string name, string description) =>
        Of(name, $"{description} Such as pk, or pk:N with its type.", static text => text.Length > 0 ? KeyName.Parse(text) : null);

    private static Option<T?> Value<T>(string name, string description, Func<string, T?> read)
        where T : struct => new(name) { Description = description, CustomParser = result => Read(result, read(result.Tokens[0].Value)) };

    private static Option<T?> Of<T>(string name, string description, Func<string, T?> read)
        where T : class => new(name) { Description = description, CustomParser = result => Read(result, read(result.Tokens[0].Value)) };

    private static T Read<T>(ArgumentResult result, T value)
    {
        if (value is null) result.AddError("The value is not one that the option takes.");
        return value;
    }

    private static TimeSpan? ReadTime(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        ReadOnlySpan<char> number = unit > 0 ? text.AsSpan(0, text.Length - 1) : text;
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
        {
            double seconds = count * Math.Max(unit, 1);
            return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
        }
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) && time >= TimeSpan.Zero ? time : null;
    }
}
