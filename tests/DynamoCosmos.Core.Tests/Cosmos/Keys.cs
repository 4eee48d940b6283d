using System.Security;
using DynamoCosmos.Basics;
using DynamoCosmos.Core.Tests.Azure;
using DynamoCosmos.Cosmos;
using DynamoCosmos.Sandbox.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

/// <summary>Core's own way to a stand-in.</summary>
internal static class Keys
{
    internal static Secret Secret(string text)
    {
        SecureString secure = new();
        foreach (char c in text) secure.AppendChar(c);
        return global::DynamoCosmos.Basics.Secret.From(secure)!;
    }

    internal static CosmosSettings Settings(this CosmosStandIn standIn) =>
        CosmosSettings.Create(standIn.AccountName, standIn.Endpoint, new() { AccountKey = Secret(standIn.AccountKey) });

    internal static Task<CosmosSink> OpenSinkAsync(this CosmosStandIn standIn, string container = "orders") =>
        CosmosSink.OpenAsync(standIn.Settings(), "shop", [container], new(TestClouds.Process.Azure), default);
}
