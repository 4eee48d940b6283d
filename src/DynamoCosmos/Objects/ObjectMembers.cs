using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;

namespace DynamoCosmos.Objects;

/// <summary>
/// The members of objects of the pipeline, of dictionaries their entries and of all else what PowerShell takes for properties: a stack,
/// since objects hold others whose members are wanted before their own come to an end. Not for two threads at once.
/// </summary>
/// <param name="lister">Null takes PowerShell's own enumeration for every object.</param>
internal sealed class ObjectMembers(PropertyLister? lister)
{
    private static readonly ConcurrentDictionary<Type, bool> s_isOfLibrary = new();

    private readonly List<(string Name, object? Value)> _members = [];

    internal ObjectMembers()
        : this(PropertyLister.Create())
    {
    }

    internal int Count => _members.Count;

    internal (string Name, object? Value) this[int index] => _members[index];

    /// <summary>Puts the members of a map on the stack.</summary>
    /// <returns>Where they begin; they end where the stack does.</returns>
    internal int Push(object map)
    {
        int begin = _members.Count;
        if (((map as PSObject)?.BaseObject ?? map) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary) _members.Add((ItemObjectWriter.Text(entry.Key), entry.Value));
            return begin;
        }
        PSObject item = PSObject.AsPSObject(map);
        if (lister is null || !lister.TryAdd(item, _members))
        {
            if (item.BaseObject is not PSCustomObject) RequireOwnType(item.BaseObject);
            foreach (PSPropertyInfo property in item.Properties)
            {
                if (property.IsGettable) _members.Add((property.Name, property.Value));
            }
        }
        DropStamp(begin);
        return begin;
    }

    /// <summary>Lists of a JSON library hold its own objects for names and values.</summary>
    /// <exception cref="NotAnItemException">It is one.</exception>
    internal static void RequireList(IEnumerable some)
    {
        if (some is not Array && some.GetType().FullName!.StartsWith("Newtonsoft.", StringComparison.Ordinal)) RequireOwnType(some);
    }

    // What .NET and its libraries are made of has properties too (a file, a process, a JsonElement, an AttributeValue), but they are not
    // its value.
    private static void RequireOwnType(object value)
    {
        Type type = value.GetType();
        if (s_isOfLibrary.GetOrAdd(type, static type => type.Namespace?.Split('.')[0] is "System" or "Microsoft" or "Amazon" or "Azure"
            or "Newtonsoft" or "DynamoCosmos"))
            throw new NotAnItemException($"it is or holds a {type}, whose properties are no attributes: choose what you want with " +
                "Select-Object, or make it a text, a number or a hashtable");
    }

    /// <summary>
    /// Receive-Job and Invoke-Command write into each object where it comes from; a RunspaceId that is a Guid is theirs: an item has none.
    /// </summary>
    private void DropStamp(int begin)
    {
        int stamp = _members.FindIndex(begin, static member =>
            member is { Name: "RunspaceId", Value: Guid or PSObject { BaseObject: Guid } });
        if (stamp < 0 || _members.FindIndex(begin, static member => member.Name == "PSComputerName") < 0) return;
        for (int i = _members.Count - 1; i >= begin; i--)
        {
            if (_members[i].Name is "PSComputerName" or "RunspaceId" or "PSShowComputerName"
                or "PSSourceJobInstanceId") _members.RemoveAt(i);
        }
    }

    /// <summary>Takes off what was put on from there.</summary>
    internal void Pop(int begin) => _members.RemoveRange(begin, _members.Count - begin);
}
