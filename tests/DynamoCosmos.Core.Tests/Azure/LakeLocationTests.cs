using DynamoCosmos.Azure.Lake;
using DynamoCosmos.Basics;

namespace DynamoCosmos.Core.Tests.Azure;

public sealed class LakeLocationTests
{
    [Theory]
    [InlineData("abfss://raw@lake.dfs.core.windows.net/a/b", "https://lake.blob.core.windows.net/raw/a/b")]
    [InlineData("abfss://raw@lake.dfs.core.windows.net", "https://lake.blob.core.windows.net/raw/")]
    [InlineData("https://lake.dfs.core.windows.net/raw/a%20b/c", "https://lake.blob.core.windows.net/raw/a%20b/c")]
    [InlineData("https://lake.blob.core.windows.net/raw/", "https://lake.blob.core.windows.net/raw/")]
    [InlineData("https://lake.privatelink.dfs.core.windows.net/raw/a", "https://lake.privatelink.blob.core.windows.net/raw/a")]
    [InlineData("https://lake.z12.dfs.storage.azure.net/raw/a", "https://lake.z12.blob.storage.azure.net/raw/a")]
    [InlineData("abfss://raw@lake.dfs.core.chinacloudapi.cn/a", "https://lake.blob.core.chinacloudapi.cn/raw/a")]
    [InlineData("http://127.0.0.1:10000/lake/raw/a/b", "http://127.0.0.1:10000/lake/raw/a/b")]
    [InlineData("https://localhost:10000/lake/raw", "https://localhost:10000/lake/raw/")]
    [InlineData("abfs://raw@127.0.0.1:10000/lake/a/b", "http://127.0.0.1:10000/lake/raw/a/b")]
    public void Every_way_of_writing_it_means_the_blob_endpoint(string written, string location)
    {
        LakeLocation lake = LakeLocation.Parse(new(written));

        Assert.Equal(location, lake.Location.AbsoluteUri);
        Assert.Equal("lake", lake.AccountName);
        Assert.Equal("raw", lake.FileSystem);
        Assert.Equal(lake, LakeLocation.Parse(lake.Location));
    }

    [Theory]
    [InlineData("https://lake.blob.core.windows.net/raw/a?sv=2023&sig=SECRET")]
    [InlineData("https://lake.blob.core.windows.net/")]
    [InlineData("https://lake.blob.core.windows.net/Not_A_Container/a")]
    [InlineData("abfss://lake.dfs.core.windows.net/a")]
    [InlineData("http://127.0.0.1:10000/lake")]
    [InlineData("https://my-exports.s3.eu-central-1.amazonaws.com/AWSDynamoDB/x/")]
    [InlineData("ftp://lake/raw")]
    public void What_is_no_lake_is_refused_and_no_secret_repeated(string written)
    {
        MigrationException error = Assert.Throws<MigrationException>(() => LakeLocation.Parse(new(written)));

        Assert.Equal("LakeLocationInvalid", error.ErrorId);
        Assert.DoesNotContain("SECRET", error.Message);
    }

    [Fact]
    public void A_location_is_printed_as_Spark_writes_it()
    {
        Assert.Equal("abfss://raw@lake.dfs.core.windows.net/a%20b", LakeLocation.Parse(new("https://lake.blob.core.windows.net/raw/a%20b"))
            .ToAbfss());
        Assert.Null(LakeLocation.Parse(new("http://127.0.0.1:1/lake/raw/a")).ToAbfss());
    }

    [Theory]
    [InlineData(null, "https://lake.blob.core.windows.net/raw/a/b")]
    [InlineData("http://127.0.0.1:10000/lake", "http://127.0.0.1:10000/lake/raw/a/b")]
    [InlineData("http://127.0.0.1:10000", "http://127.0.0.1:10000/lake/raw/a/b")]
    [InlineData("https://lake.contoso.com/", "https://lake.contoso.com/raw/a/b")]
    public void An_account_and_a_file_system_are_enough(string? endpoint, string location)
    {
        LakeLocation lake = LakeLocation.Of("lake", "raw", "/a/b", endpoint is null ? null : new(endpoint), AzureEnvironment.AzureCloud);

        Assert.Equal(location, lake.Location.AbsoluteUri);
    }

    [Theory]
    [InlineData("My-Lake", "raw")]
    [InlineData("lake", "F S")]
    public void Names_that_Azure_does_not_allow_are_refused(string account, string fileSystem)
    {
        MigrationException error =
            Assert.Throws<MigrationException>(() => LakeLocation.Of(account, fileSystem, "", null, AzureEnvironment.AzureCloud));

        Assert.Equal("LakeLocationInvalid", error.ErrorId);
    }
}
