namespace DynamoCosmos.Help;

/// <summary>Something wrong with a page. Printed in the form that MSBuild and editors turn into an error with a place to go to.</summary>
internal sealed record Finding(string File, int Line, string Code, string Message)
{
    public override string ToString() => $"{File}({Line}): error {Code}: {Message}";
}
