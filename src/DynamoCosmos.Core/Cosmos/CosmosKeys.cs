using DynamoCosmos.Ports;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>Partition keys as the SDK wants them.</summary>
internal static class CosmosKeys
{
    /// <param name="components">As in <see cref="ItemWrite"/>.</param>
    internal static PartitionKey Of(IReadOnlyList<object?> components)
    {
        if (components.Count != 1) return OfMany(components);
        return components[0] switch
        {
            string text => new(text),
            double number => new(number),
            bool truth => new(truth),
            null => PartitionKey.Null,
            object other when other == ItemWrite.Undefined => PartitionKey.None,
            object other => throw Unknown(other),
        };
    }

    private static PartitionKey OfMany(IReadOnlyList<object?> components)
    {
        PartitionKeyBuilder builder = new();
        foreach (object? component in components)
            _ = component switch
            {
                string text => builder.Add(text),
                double number => builder.Add(number),
                bool truth => builder.Add(truth),
                null => builder.AddNullValue(),
                object other when other == ItemWrite.Undefined => builder.AddNoneType(),
                object other => throw Unknown(other),
            };
        return builder.Build();
    }

    private static ArgumentException Unknown(object component) =>
        new($"A partition key has no values of type {component.GetType()}.", nameof(component));
}
