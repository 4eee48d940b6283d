namespace DynamoCosmos.Model;

/// <summary>An account by its name, which is unique in its cloud. Where it is, is looked up unless it is given.</summary>
public sealed record AccountReference(string AccountName, string? SubscriptionId = null, string? ResourceGroup = null);
