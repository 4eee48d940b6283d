namespace DynamoCosmos.Items;

/// <summary>Where the maps of a record stand: the one of an item, or those of a change.</summary>
internal unsafe struct RecordMembers
{
    internal byte* Item;
    internal byte* Keys;
    internal byte* NewImage;
    internal byte* OldImage;
    internal byte* Metadata;

    /// <summary>An item and nothing else, or a change with its keys.</summary>
    internal readonly bool IsWhole =>
        Item != null ? Keys == null && NewImage == null && OldImage == null && Metadata == null : Keys != null;

    internal readonly bool IsEmpty => Item == null && Keys == null && NewImage == null && OldImage == null && Metadata == null;

    /// <summary>False for a name that does not belong, or comes again.</summary>
    internal bool Add(ReadOnlySpan<byte> name, byte* map)
    {
        if (name.SequenceEqual("Item"u8)) return Set(ref Item, map);
        if (name.SequenceEqual("Keys"u8)) return Set(ref Keys, map);
        if (name.SequenceEqual("NewImage"u8)) return Set(ref NewImage, map);
        if (name.SequenceEqual("OldImage"u8)) return Set(ref OldImage, map);
        return name.SequenceEqual("Metadata"u8) && Set(ref Metadata, map);
    }

    private static bool Set(ref byte* member, byte* map)
    {
        bool isFirst = member == null;
        member = map;
        return isFirst;
    }
}
