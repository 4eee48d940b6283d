namespace DynamoCosmos.Sandbox.Entra;

/// <summary>
/// A resource manager path taken apart: the scope before the last <c>/providers/</c>, the resource type below it and the names along it.
/// A path of an odd number of segments names a collection or, in a POST, an operation on a resource.
/// </summary>
internal sealed record ArmPath(string Text, string Scope, string Type, IReadOnlyList<string> Names, string? Tail)
{
    /// <summary>
    /// The last segment where names and types do not pair up: the collection's type (also in <see cref="Type"/>) or an operation.
    /// </summary>
    internal bool IsCollection => Tail is not null;

    internal static ArmPath Parse(string path)
    {
        string text = path.TrimEnd('/');
        int at = text.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            string[] plain = text.Trim('/').Split('/');
            string type = plain switch
            {
                ["subscriptions", ..] when plain.Length <= 2 => "Microsoft.Resources/subscriptions",
                ["subscriptions", _, "resourcegroups" or "resourceGroups", ..] => "Microsoft.Resources/subscriptions/resourceGroups",
                _ => "Microsoft.Resources/" + plain[0],
            };
            return new(text, text, type, plain.Length > 1 ? [plain[^1]] : [], plain.Length % 2 == 1 ? plain[^1] : null);
        }
        string scope = text[..at];
        string[] segments = text[(at + "/providers/".Length)..].Split('/');
        List<string> types = [segments[0]], names = [];
        for (int i = 1; i < segments.Length; i++)
        {
            if (i % 2 == 1) types.Add(segments[i]);
            else names.Add(Uri.UnescapeDataString(segments[i]));
        }
        return new(text, scope, string.Join('/', types), names, segments.Length % 2 == 0 ? segments[^1] : null);
    }

    /// <summary>The action that a method on this path stands for, as role definitions name it.</summary>
    internal string ActionOf(string method) => method switch
    {
        "GET" or "HEAD" => Type + "/read",
        "PUT" or "PATCH" => Type + "/write",
        "DELETE" => Type + "/delete",
        _ => Type + "/action",
    };

    /// <summary>Where the permission is needed: the resource, or what holds the collection.</summary>
    internal string ActionScope
    {
        get
        {
            if (Type.StartsWith("Microsoft.Authorization/", StringComparison.OrdinalIgnoreCase)) return Scope;
            return IsCollection ? Text[..Text.LastIndexOf('/')] : Text;
        }
    }

    internal string? Subscription => Segment("subscriptions");

    internal string? ResourceGroup => Segment("resourceGroups");

    private string? Segment(string name)
    {
        string[] segments = Text.Split('/');
        int at = Array.FindIndex(segments, segment => segment.Equals(name, StringComparison.OrdinalIgnoreCase));
        return at >= 0 && at + 1 < segments.Length ? segments[at + 1] : null;
    }
}
