using System.Reflection;
using DynamoCosmos.Cosmos;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Core.Tests.Cosmos;

public sealed class SilentOptionsTests
{
    [Fact]
    public void The_SDK_in_use_has_the_switch_and_it_is_set()
    {
        PropertyInfo property =
            typeof(RequestOptions).GetProperty("DisablePointOperationDiagnostics", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(true, property.GetValue(SilentOptions.Create()));
    }
}
