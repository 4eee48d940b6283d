using System.Management.Automation;

namespace DynamoCosmos.Work;

/// <summary>
/// A bar with others below it: one for each of the things that a command has under way at once, or for the one of several that it is at.
/// </summary>
internal sealed class NestedProgress : ProgressRecord
{
    internal NestedProgress(int activityId, string activity, string statusDescription, IReadOnlyList<ProgressRecord> children)
        : base(activityId, activity, statusDescription)
    {
        foreach (ProgressRecord child in children) child.ParentActivityId = activityId;
        Children = children;
    }

    internal IReadOnlyList<ProgressRecord> Children { get; }
}
