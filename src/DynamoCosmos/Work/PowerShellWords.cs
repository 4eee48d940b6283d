using DynamoCosmos.Basics;

namespace DynamoCosmos.Work;

/// <summary>Core's messages in the words of PowerShell: parameters and cmdlets.</summary>
internal sealed class PowerShellWords : IHostWords
{
    /// <summary>Called before a cmdlet does anything.</summary>
    internal static void Use() => HostWords.Use(new PowerShellWords());

    // The lake's key is -AccountKey where a cmdlet is about the lake alone.
    public string NameSetting(string setting) => setting switch
    {
        nameof(Setting.LakeKey) => "-AccountKey",
        nameof(Setting.LakeKeyAnywhere) => "-AccountKey; -StorageAccountKey of Import-CosmosItems",
        _ => $"-{setting}",
    };

    public string NameRemedy(string remedy) => CmdletNames.Of(remedy);
}
