namespace DynamoCosmos.Items;

/// <summary>What is done with a top-level attribute of one name. Names are canonical JSON text without quotes.</summary>
internal sealed class NameRule(int index, byte[] name)
{
    /// <summary>Where an item's capture of this attribute stands.</summary>
    internal int Index { get; } = index;

    internal byte[] Name { get; } = name;

    /// <summary>The name in the document.</summary>
    internal byte[] OutputName { get; set; } = name;

    internal bool IsRenamed => !ReferenceEquals(Name, OutputName);

    /// <summary>The output name gets <c>dynamo_</c> in front until no other attribute of the item has it.</summary>
    internal bool MovesOn { get; set; }

    /// <summary>The value's text is needed: for id, partition key or time to live.</summary>
    internal bool KeepsText { get; set; }

    /// <summary>The next rule in the same slot of the plan's table.</summary>
    internal NameRule? Next { get; set; }
}
