using System.Collections.Specialized;
using System.Linq.Expressions;
using System.Management.Automation;

namespace DynamoCosmos.Objects;

/// <summary>Makes objects with note properties, as [pscustomobject] does.</summary>
internal static class NoteObjects
{
    // What PSObject keeps for itself.
    private static readonly HashSet<string> s_reserved =
        new(StringComparer.OrdinalIgnoreCase) { "PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames" };

    private static readonly Func<int, PSObject> s_create = FindConstructor();

    /// <summary>
    /// Properties where PowerShell can tell them apart, which it does without regard to case; else a dictionary that regards it.
    /// </summary>
    internal static object Create(ReadOnlySpan<(string Name, object? Value)> members)
    {
        if (!ArePropertyNames(members))
        {
            OrderedDictionary dictionary = new(StringComparer.Ordinal);
            foreach ((string name, object? value) in members) dictionary[name] = value;
            return dictionary;
        }
        PSObject item = s_create(members.Length);
        PSMemberInfoCollection<PSPropertyInfo> properties = item.Properties;
        foreach ((string name, object? value) in members) properties.Add(new PSNoteProperty(name, value), preValidated: true);
        return item;
    }

    private static bool ArePropertyNames(ReadOnlySpan<(string Name, object? Value)> members)
    {
        foreach ((string name, _) in members)
        {
            if (name.Length == 0 || (name[0] is 'P' or 'p' && s_reserved.Contains(name))) return false;
        }
        return !HasTwins(members);
    }

    private static bool HasTwins(ReadOnlySpan<(string Name, object? Value)> members)
    {
        // Few enough in nearly every map for this to be faster than a set.
        if (members.Length > 32)
        {
            HashSet<string> names = new(members.Length, StringComparer.OrdinalIgnoreCase);
            foreach ((string name, _) in members)
            {
                if (!names.Add(name)) return true;
            }
            return false;
        }
        for (int i = 1; i < members.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (members[i].Name.Length == members[j].Name.Length
                    && members[i].Name.Equals(members[j].Name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }
        return false;
    }

    /// <summary>
    /// PSObject(int), which is none of the constructors that a module can be compiled against. An object that is made with room for its
    /// properties is kept out of PowerShell's table of all other objects' properties, in which the garbage collector looks at every entry.
    /// </summary>
    private static Func<int, PSObject> FindConstructor()
    {
        if (typeof(PSObject).GetConstructor([typeof(int)]) is not { } constructor) return static _ => new();
        ParameterExpression capacity = Expression.Parameter(typeof(int));
        return Expression.Lambda<Func<int, PSObject>>(Expression.New(constructor, capacity), capacity).Compile();
    }
}
