namespace DynamoCosmos.Items.Rules;

/// <summary>What is done with attributes of one name in one place. Names are canonical JSON text without quotes.</summary>
internal sealed class NameRule(int index, byte[] name, bool isTop)
{
    /// <summary>Where an item's capture of this attribute stands; negative for the rule of all that are left out by a pattern.</summary>
    internal int Index { get; } = index;

    internal byte[] Name { get; } = name;

    /// <summary>The item's own attribute, not one of a map in it.</summary>
    internal bool IsTop { get; } = isTop;

    /// <summary>The name in the document.</summary>
    internal byte[] OutputName { get; set; } = name;

    internal bool IsRenamed => !ReferenceEquals(Name, OutputName);

    /// <summary>The output name gets <c>dynamo_</c> in front until no other attribute of the item has it.</summary>
    internal bool MovesOn { get; set; }

    /// <summary>The user gave the new name: another attribute of that name is a conflict.</summary>
    internal bool IsGivenName { get; set; }

    /// <summary>It is in where only some are.</summary>
    internal bool IsIncluded { get; set; }

    /// <summary>The document does not get it.</summary>
    internal bool IsDropped { get; set; }

    /// <summary>The value's text is needed: for id, partition key or time to live.</summary>
    internal bool KeepsText { get; set; }

    /// <summary>A condition looks at the value, whatever its type.</summary>
    internal bool KeepsValue { get; set; }

    /// <summary>A condition looks at what is in it: elements, their number, all of it.</summary>
    internal bool IsSeenWhole { get; set; }

    internal NumberMode? NumberMode { get; set; }

    internal bool UnpacksJson { get; set; }

    /// <summary>The rules for what is in it.</summary>
    internal NameRules? Children { get; set; }

    /// <summary>The next rule in the same slot of the table.</summary>
    internal NameRule? Next { get; set; }
}
