using System.Reflection;
using System.Text;
using System.Text.Json;
using DynamoCosmos.Comparison;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Core.Tests.Comparison;

public sealed class PartitionKeyBytesTests
{
    // The author's reference implementation, seed 0; the two words little-endian, as its hexadecimal is usually shown.
    [Theory]
    [InlineData("", "00000000000000000000000000000000")]
    [InlineData("hello", "029bbd41b3a7d8cb191dae486a901e5b")]
    [InlineData("hello, world", "8ebc5e3a62ac2f344d41429607bcdc4c")]
    [InlineData("The quick brown fox jumps over the lazy dog.", "c902e99e1f4899cde7b68789a3a15d69")]
    public void Murmur3_gives_the_published_hashes(string text, string expected)
    {
        (ulong low, ulong high) = Murmur3.Hash(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, Convert.ToHexString([.. BitConverter.GetBytes(low), .. BitConverter.GetBytes(high)]).ToLowerInvariant());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a\"")]
    [InlineData("\"order-17\"")]
    [InlineData("\"0123456789abcde\"")]
    [InlineData("\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("\"é\\u00e9\\n\\\"\"")]
    [InlineData("0")]
    [InlineData("-17.5")]
    [InlineData("1E+20")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    public void A_key_has_the_place_that_the_SDK_gives_it(string json)
    {
        PartitionKeyBytes bytes = new();
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        reader.Read();
        bytes.Set(ref reader);
        Assert.Equal(SdkPlace($"[{json}]"), bytes.Place.ToString("X16"));
    }

    [Fact]
    public void A_key_that_is_not_there_has_the_place_that_the_SDK_gives_it()
    {
        PartitionKeyBytes bytes = new();
        bytes.SetUndefined();
        Assert.Equal(SdkPlace("[{}]"), bytes.Place.ToString("X16"));
    }

    // The SDK's own reckoning, which it routes by, has no public face.
    private static string SdkPlace(string partitionKey)
    {
        Assembly direct = Assembly.Load("Microsoft.Azure.Cosmos.Direct");
        Type type = direct.GetType("Microsoft.Azure.Documents.Routing.PartitionKeyInternal", throwOnError: true)!;
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        object key = type.GetMethod("FromJsonString", any)!.Invoke(null, [partitionKey])!;
        Type definitionType = direct.GetType("Microsoft.Azure.Documents.PartitionKeyDefinition", throwOnError: true)!;
        object definition = Activator.CreateInstance(definitionType, nonPublic: true)!;
        ((System.Collections.IList)definitionType.GetProperty("Paths", any)!.GetValue(definition)!).Add("/pk");
        PropertyInfo version = definitionType.GetProperty("Version", any)!;
        version.SetValue(definition,
            Enum.ToObject(Nullable.GetUnderlyingType(version.PropertyType)!, (int)PartitionKeyDefinitionVersion.V2));
        MethodInfo place = type.GetMethods(any).Single(m => m.Name == "GetEffectivePartitionKeyString" && m.GetParameters().Length >= 1);
        object?[] arguments = [definition, .. place.GetParameters().Skip(1).Select(p => p.DefaultValue)];
        return ((string)place.Invoke(key, arguments)!)[..16];
    }
}
