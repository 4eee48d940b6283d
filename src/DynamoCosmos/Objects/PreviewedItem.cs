using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Items.Rules;
using DynamoCosmos.Transforms;

namespace DynamoCosmos.Objects;

/// <summary>What an import would make of one item, in words for a user.</summary>
/// <param name="Documents">As JSON; none of an item that makes none.</param>
/// <param name="Refusal">The rejection that it would be; its id is the reason.</param>
internal sealed record PreviewedItem(IReadOnlyList<string> Documents, string? Warning = null, string? Verbose = null,
    MigrationException? Refusal = null)
{
    private static readonly IReadOnlyList<string> s_none = [];

    /// <param name="preview">That has just converted it.</param>
    /// <param name="place">A sentence that names it; empty where the user has given the item itself.</param>
    /// <param name="target">Of a refusal.</param>
    internal static PreviewedItem Of(ItemPreview preview, ConversionOutcome outcome, string place, object? target) => outcome switch
    {
        ConversionOutcome.Document when preview.Documents.Count == 0 =>
            new(s_none, $"The script returns nothing for the item '{preview.Id}': an import leaves it out.{place}"),
        ConversionOutcome.Document => new(
            [.. preview.Documents.Select(static document => Encoding.UTF8.GetString(document.Span))],
            preview.NumberLosses > 0 ? $"{preview.NumberLosses} numbers of the item '{preview.Id}' lose digits as doubles.{place}" : null,
            preview.Container is string container ? $"The item '{preview.Id}' goes to the container '{container}'." : null),
        ConversionOutcome.Expired =>
            new(s_none, $"The item '{preview.Id}' has expired: an import skips it, unless -ExpiredItem Keep says otherwise.{place}"),
        ConversionOutcome.Filtered => new(s_none, $"The item '{preview.Id}' is filtered: an import leaves it out.{place}"),
        ConversionOutcome.Delete =>
            new(s_none, $"The record says that the item is gone: an import deletes the document '{preview.Id}'.{place}"),
        _ => new(s_none, Refusal: ItemErrors.Rejected(preview.Reason, preview.Detail + place, target)),
    };
}
