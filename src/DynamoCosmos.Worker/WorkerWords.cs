using System.Text.RegularExpressions;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Mappings;
using DynamoCosmos.Work;

namespace DynamoCosmos.Worker;

/// <summary>Core's messages in the worker's words: options, words of a mapping, commands. What it does not have, PowerShell has.</summary>
internal sealed partial class WorkerWords(IEnumerable<string> options) : IHostWords
{
    public string NameSetting(string setting)
    {
        if (setting is nameof(Setting.LakeKey) or nameof(Setting.LakeKeyAnywhere)) return "--storage-account-key";
        string option = "-" + Capital().Replace(setting, static letter => "-" + letter.Value.ToLowerInvariant());
        if (options.Contains(option)) return option;
        return MigrationMapping.Words.FirstOrDefault(word => word.Equals(setting, StringComparison.OrdinalIgnoreCase)) is string word
            ? $"the mapping's {word}"
            : $"-{setting}";
    }

    public string NameRemedy(string remedy) => remedy switch
    {
        nameof(Remedy.Import) or nameof(Remedy.Compare) or nameof(Remedy.Assess) => remedy.ToLowerInvariant(),
        nameof(Remedy.ExplainMapping) => "docs/conversion.md",
        nameof(Remedy.SignInToAzure) => "'az login'",
        _ => CmdletNames.Of(remedy),
    };

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
