using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DynamoCosmos.Objects;

/// <summary>
/// Lists an object's note properties without PSObject.Properties' enumerator, which gives each object it is asked for a set of hidden
/// members first: 21 µs and 7.7 KB for 14 properties, of which 2 are left here. PowerShell's own formatting asks the method that is asked
/// here, and whose names it gives; the properties are then taken by name. It is no public method: where a PowerShell has none, or one that
/// answers otherwise, there is no lister.
/// </summary>
internal sealed class PropertyLister
{
    private static readonly MethodInfo? s_first = Find();

    // The predicate's type is not among those that a module can be compiled against.
    private static readonly Func<PropertyLister, Action<PSObject>>? s_bind =
        s_first is null ? null : typeof(PropertyLister).GetMethod(nameof(Bind), BindingFlags.Instance | BindingFlags.NonPublic)!
        .MakeGenericMethod(s_first.GetParameters()[0].ParameterType).CreateDelegate<Func<PropertyLister, Action<PSObject>>>();

    private static readonly bool s_isProved = s_bind is not null && new PropertyLister().ProvesItself();

    private readonly List<string> _names = [];
    private readonly Action<PSObject> _list;

    private PropertyLister() => _list = s_bind!(this);

    /// <summary>Null where this PowerShell cannot be asked.</summary>
    internal static PropertyLister? Create() => s_isProved ? new() : null;

    /// <summary>Adds the names and values of an object's properties, in their order.</summary>
    /// <returns>False, and nothing is added, for an object that has others than notes of its own: of a type, of a script, of
    /// .NET.</returns>
    internal bool TryAdd(PSObject item, List<(string Name, object? Value)> into)
    {
        if (item.BaseObject is not PSCustomObject) return false;
        _names.Clear();
        _list(item);
        int begin = into.Count;
        PSMemberInfoCollection<PSPropertyInfo> properties = item.Properties;
        for (int i = 0; i < _names.Count; i++)
        {
            PSPropertyInfo? property = properties[_names[i]];
            if (property is PSNoteProperty { IsInstance: true } note) into.Add((note.Name, note.Value));
            // One that every object has once its properties were enumerated, hidden.
            else if (property is not PSCodeProperty
                || !property.Name.Equals("PSTypeNames", StringComparison.OrdinalIgnoreCase)) return Undo(into, begin);
        }
        // Those of a type are told too where the object has one of that name, which is then found twice.
        return !HasTwins(CollectionsMarshal.AsSpan(into)[begin..]) || Undo(into, begin);
    }

    private static bool HasTwins(ReadOnlySpan<(string Name, object? Value)> members)
    {
        // Few enough in nearly every map for this to be faster than a set.
        if (members.Length > 64)
        {
            HashSet<object> names = new(members.Length, ReferenceEqualityComparer.Instance);
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
                if (ReferenceEquals(members[i].Name, members[j].Name)) return true;
            }
        }
        return false;
    }

    private static bool Undo(List<(string Name, object? Value)> into, int begin)
    {
        into.RemoveRange(begin, into.Count - begin);
        return false;
    }

    private static MethodInfo? Find()
    {
        MethodInfo? first = typeof(PSObject).GetMethod("GetFirstPropertyOrDefault", BindingFlags.Instance | BindingFlags.NonPublic);
        return first is { ReturnType: Type result } && result == typeof(PSPropertyInfo)
            && first.GetParameters() is [{ ParameterType: Type predicate }] && predicate.IsSubclassOf(typeof(Delegate))
            && predicate.GetMethod("Invoke") is MethodInfo invoke && invoke.ReturnType == typeof(bool)
            && invoke.GetParameters() is [{ ParameterType: Type name }] && name == typeof(string) ? first : null;
    }

    private Action<PSObject> Bind<TPredicate>()
        where TPredicate : Delegate
    {
        Func<PSObject, TPredicate, PSPropertyInfo?> first = s_first!.CreateDelegate<Func<PSObject, TPredicate, PSPropertyInfo?>>();
        // None is the one that is looked for, and so all are shown.
        TPredicate collect = ((Func<string, bool>)Collect).Method.CreateDelegate<TPredicate>(this);
        return item => first(item, collect);
    }

    private bool Collect(string name)
    {
        _names.Add(name);
        return false;
    }

    private bool ProvesItself()
    {
        PSObject item = new();
        foreach (string name in (ReadOnlySpan<string>)["b", "PSa", "C"]) item.Properties.Add(new PSNoteProperty(name, name));
        List<(string Name, object? Value)> members = [];
        bool isWhole = TryAdd(item, members) && members.SequenceEqual([("b", "b"), ("PSa", "PSa"), ("C", "C")]);
        members.Clear();
        // The hidden ones are there from here on.
        foreach (PSPropertyInfo property in item.Properties) members.Add((property.Name, property.Value));
        List<(string Name, object? Value)> again = [];
        isWhole &= TryAdd(item, again) && again.SequenceEqual(members);
        item.Properties.Add(new PSScriptProperty("s", ScriptBlock.Create("1")));
        return isWhole && !TryAdd(item, again) && again.Count == members.Count;
    }
}
