namespace DynamoCosmos.Basics;

/// <summary>What messages advise to run, as placeholders. A host fills in its own command, or one of another tool.</summary>
public static class Remedy
{
    private const string Start = "{remedy:", End = "}";

    public const string Assess = Start + nameof(Assess) + End;
    public const string AssignRole = Start + nameof(AssignRole) + End;
    public const string AwsPolicy = Start + nameof(AwsPolicy) + End;
    public const string ChangeRole = Start + nameof(ChangeRole) + End;
    public const string Compare = Start + nameof(Compare) + End;
    public const string Complete = Start + nameof(Complete) + End;
    public const string CreateContainer = Start + nameof(CreateContainer) + End;
    public const string CreatePrincipal = Start + nameof(CreatePrincipal) + End;
    public const string CreateRole = Start + nameof(CreateRole) + End;
    public const string DraftMapping = Start + nameof(DraftMapping) + End;
    public const string ExplainMapping = Start + nameof(ExplainMapping) + End;
    public const string ExportTable = Start + nameof(ExportTable) + End;
    public const string FindExport = Start + nameof(FindExport) + End;
    public const string GrantAccess = Start + nameof(GrantAccess) + End;
    public const string Import = Start + nameof(Import) + End;
    public const string ListRoleAssignments = Start + nameof(ListRoleAssignments) + End;
    public const string ListRoles = Start + nameof(ListRoles) + End;
    public const string ListTables = Start + nameof(ListTables) + End;
    public const string RejectedItems = Start + nameof(RejectedItems) + End;
    public const string RemoveRoleAssignment = Start + nameof(RemoveRoleAssignment) + End;
    public const string SetThroughput = Start + nameof(SetThroughput) + End;
    public const string SignInToAzure = Start + nameof(SignInToAzure) + End;
    public const string TestAccess = Start + nameof(TestAccess) + End;

    /// <summary>The names of all, without braces.</summary>
    public static IReadOnlyList<string> All { get; } = HostWords.NamesIn(typeof(Remedy));
}
