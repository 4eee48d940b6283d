namespace DynamoCosmos.Help;

/// <summary>A cmdlet as its attributes describe it.</summary>
internal sealed record CommandShape(string Name, string? DefaultSet,
    IReadOnlyList<ParameterShape> Parameters, IReadOnlyList<string> OutputTypes)
{
    internal const string AllSets = "__AllParameterSets";

    /// <summary>The names of its parameter sets, the default one first; one nameless set when it has none.</summary>
    internal IReadOnlyList<string> Sets
    {
        get
        {
            string[] named = [.. Parameters.SelectMany(p => p.Uses.Keys).Where(s => s != AllSets).Distinct()
                .OrderBy(s => s == DefaultSet ? 0 : 1)];
            return named.Length == 0 ? [AllSets] : named;
        }
    }

    /// <summary>
    /// What can be given in a set, as PowerShell's own syntax lists it: by position, then what must be given, then the rest.
    /// </summary>
    internal IEnumerable<(ParameterShape Parameter, ParameterUse Use)> InSet(string set) =>
        from parameter in Parameters
        let use = parameter.Uses.GetValueOrDefault(set) ?? parameter.Uses.GetValueOrDefault(AllSets)
        where use is not null && !use.Hidden
        orderby use.Position ?? int.MaxValue, use.Mandatory ? 0 : 1
        select (parameter, use);
}

/// <param name="TypeName">As a syntax shows it: <c>String[]</c>; for a switch <c>SwitchParameter</c>.</param>
/// <param name="Values">The words that it takes, if they are few and known.</param>
/// <param name="Uses">By the name of the parameter set.</param>
internal sealed record ParameterShape(
    string Name,
    string TypeName,
    string FullTypeName,
    bool IsSwitch,
    bool SupportsWildcards,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values,
    IReadOnlyDictionary<string, ParameterUse> Uses)
{
    /// <summary>WhatIf and Confirm, which every cmdlet that changes something has without declaring them.</summary>
    internal static ParameterShape RiskSwitch(string name, string alias) => new(
        name, "SwitchParameter", "System.Management.Automation.SwitchParameter", IsSwitch: true, SupportsWildcards: false, [alias], [],
        new Dictionary<string, ParameterUse> { [CommandShape.AllSets] = new(false, null, false, false, false) });
}

/// <param name="Position">From 0; null for a parameter that is only named.</param>
internal sealed record ParameterUse(bool Mandatory, int? Position, bool ByValue, bool ByPropertyName, bool Hidden)
{
    internal string PipelineInput => (ByValue, ByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}
