using System.Collections;
using System.Management.Automation;

namespace DynamoCosmos.Commands;

/// <summary>
/// The members of objects of the pipeline, of dictionaries their entries and of all else what PowerShell takes for properties: a stack, since objects hold
/// others whose members are wanted before their own come to an end. Not for two threads at once.
/// </summary>
/// <param name="lister">Null takes PowerShell's own enumeration for every object.</param>
internal sealed class ObjectMembers(PropertyLister? lister)
{
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
        if (lister is not null && lister.TryAdd(item, _members)) return begin;
        foreach (PSPropertyInfo property in item.Properties)
        {
            if (property.IsGettable) _members.Add((property.Name, property.Value));
        }
        return begin;
    }

    /// <summary>Takes off what was put on from there.</summary>
    internal void Pop(int begin) => _members.RemoveRange(begin, _members.Count - begin);
}
