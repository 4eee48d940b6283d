using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Exports;
using DynamoCosmos.Sandbox.Aws.Exports;
using DynamoCosmos.Sessions;

namespace DynamoCosmos.Core.Tests.Exports;

public sealed class ExportManifestTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dynamocosmos-manifest-");

    [Fact]
    public async Task A_full_export_is_read_with_its_files_resolved_where_it_lies()
    {
        ExportLayout export = Write(new() { S3Prefix = "some/prefix" }, [2, 0, 3]);
        (ExportManifest manifest, IReadOnlyList<DataFile> files) = await ReadAsync(export.Folder);
        Assert.Equal((export.Facts.ExportArn, 5L, false), (manifest.ExportArn, manifest.ItemCount, manifest.IsIncremental));
        Assert.Equal([2, 0, 3], files.Select(static file => file.ItemCount));
        Assert.All(files, file => Assert.StartsWith("some/prefix/AWSDynamoDB/", file.S3Key, StringComparison.Ordinal));
        Assert.All(files, file => Assert.StartsWith(export.Facts.ExportId + "/data/", file.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_files_of_its_manifest_belong_to_an_incremental_export()
    {
        DateTimeOffset from = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Write(new() { FromTime = from, ToTime = from.AddHours(1) }, [7]);
        ExportLayout second = Write(new() { FromTime = from.AddHours(1), ToTime = from.AddHours(2), OutputView = "NEW_IMAGE" }, [1, 1]);
        (ExportManifest manifest, IReadOnlyList<DataFile> files) = await ReadAsync(second.Folder);
        Assert.Equal((true, from.AddHours(1), from.AddHours(2), "NEW_IMAGE", 2L),
            (manifest.IsIncremental, manifest.ExportFromTime, manifest.ExportToTime, manifest.OutputView, manifest.ItemCount));
        Assert.Equal(2, files.Count);
        Assert.All(files, file =>
            Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(second.Folder))!, file.Key))));
    }

    [Theory]
    [InlineData("AWSDynamoDB/01-ab/data/x.json.gz", "01-ab/data/x.json.gz")]
    [InlineData("pre fix/AWSDynamoDB/01-ab/data/x.json.gz", "01-ab/data/x.json.gz")]
    [InlineData("/AWSDynamoDB/01-ab/data/x.json.gz", "01-ab/data/x.json.gz")]
    [InlineData("AWSDynamoDB/01-ab/data/../../../x.json.gz", null)]
    [InlineData("../AWSDynamoDB/01-ab/data/x.json.gz", null)]
    [InlineData("AWSDynamoDB/01-ab/data/..", null)]
    [InlineData("AWSDynamoDB/01-ab/data/", null)]
    [InlineData("AWSDynamoDB/01-ab/data/a\\\\..\\\\x.gz", null)]
    [InlineData("AWSDynamoDB/01-ab/other/x.json.gz", null)]
    [InlineData("x.json.gz", null)]
    public async Task A_key_finds_its_file_and_cannot_climb_out(string s3Key, string? key)
    {
        WriteRaw("01-ab", files: $$"""{"itemCount":1,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","etag":"x-1","dataFileS3Key":"{{s3Key}}"}""" +
            "\n");
        if (key is not null) Assert.Equal(key, Assert.Single((await ReadAsync("01-ab")).Files).Key);
        else Assert.Equal("DataFileKeyUnsafe", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"))).ErrorId);
    }

    [Fact]
    public async Task A_data_file_that_is_listed_twice_is_refused()
    {
        const string Line =
            """{"itemCount":1,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","dataFileS3Key":"AWSDynamoDB/01-ab/data/x.json.gz"}""";
        // By another prefix it is the same file.
        WriteRaw("01-ab", files: $"{Line}\n{Line.Replace("\"AWSDynamoDB", "\"p/AWSDynamoDB", StringComparison.Ordinal)}\n", itemCount: 2);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"));
        Assert.Equal("ExportManifestDamaged", error.ErrorId);
        Assert.Contains("line 2 names the data file '01-ab/data/x.json.gz'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"itemCount":2,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","dataFileS3Key":"a/b/data/x"}""", "ManifestItemCountMismatch")]
    [InlineData("""{"itemCount":-1,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","dataFileS3Key":"a/b/data/x"}""", "ExportManifestDamaged")]
    [InlineData("""{"itemCount":1,"md5Checksum":"nonsense","dataFileS3Key":"a/b/data/x"}""", "ExportManifestDamaged")]
    [InlineData("""{"itemCount":"1","md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","dataFileS3Key":"a/b/data/x"}""", "ExportManifestDamaged")]
    [InlineData("""{"itemCount":1,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ=="}""", "ExportManifestDamaged")]
    [InlineData("""{"itemCount":1,""", "ExportManifestDamaged")]
    [InlineData("[1]", "ExportManifestDamaged")]
    public async Task A_line_that_says_something_else_is_an_error(string line, string errorId)
    {
        WriteRaw("01-ab", files: line);
        Assert.Equal(errorId, (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"))).ErrorId);
    }

    [Theory]
    [InlineData("""{"version":"2020-06-30"}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"exportArn":"a","tableArn":"b","outputFormat":"CSV","itemCount":1,"s3Bucket":"c","manifestFilesS3Key":"d"}""")]
    [InlineData("""{"exportArn":"a","tableArn":"b","outputFormat":"ION","itemCount":-1,"s3Bucket":"c","manifestFilesS3Key":"d"}""")]
    [InlineData("""{"exportArn":"a","tableArn":"b","outputFormat":"ION","itemCount":1,"s3Bucket":"c","manifestFilesS3Key":"d","exportType":"INCREMENTAL_EXPORT"}""")]
    public async Task A_summary_that_is_none_is_an_error_even_with_the_right_checksum(string summary)
    {
        WriteRaw("01-ab", summary: summary, files: "");
        Assert.Equal("ExportManifestDamaged", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"))).ErrorId);
    }

    [Fact]
    public async Task Checksum_files_may_have_the_documentations_other_name_and_a_line_end()
    {
        ExportLayout export = Write(new(), [1]);
        foreach (string name in (string[])["manifest-summary", "manifest-files"])
        {
            string md5 = Path.Combine(export.Folder, name + ".md5");
            File.WriteAllText(Path.Combine(export.Folder, name + ".checksum"), File.ReadAllText(md5) + "\n");
            File.Delete(md5);
        }
        Assert.Equal(1, (await ReadAsync(export.Folder)).Manifest.ItemCount);
    }

    [Fact]
    public async Task A_list_of_a_hundred_thousand_files_streams_and_one_flipped_byte_is_found_at_its_end()
    {
        StringBuilder lines = new();
        for (int number = 0; number < 100_000; number++)
            lines.Append($$"""{"itemCount":1,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","etag":"x-1","dataFileS3Key":"AWSDynamoDB/01-ab/data/{{number:D26}}.json.gz"}""").Append('\n');
        WriteRaw("01-ab", itemCount: 100_000, files: lines.ToString());
        Assert.Equal(100_000, (await ReadAsync("01-ab")).Files.Count);
        string path = Path.Combine(_root.FullName, "01-ab", "manifest-files.json");
        string changed =
            File.ReadAllText(path).Replace("00000000000000000000077777", "00000000000000000000077778", StringComparison.Ordinal);
        File.WriteAllText(path, changed);
        Assert.Equal("ExportManifestMd5Mismatch", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"))).ErrorId);
    }

    [Fact]
    public async Task A_line_without_end_is_not_read_into_memory()
    {
        WriteRaw("01-ab", files: new string('x', 1_000_000));
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync("01-ab"));
        Assert.Equal("ExportManifestDamaged", error.ErrorId);
        Assert.Contains("line 1 is longer", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ExportLayout Write(ExportFacts facts, int[] counts)
    {
        ExportLayout export = ExportLayout.ToFolder(_root.FullName, facts);
        foreach (int count in counts)
        {
            using DataFileWriter file = export.AddDataFile();
            for (int number = 0; number < count; number++) file.WriteItem("""{"pk":{"S":"a"}}"""u8);
        }
        export.Complete();
        return export;
    }

    private void WriteRaw(string folder, string? summary = null, string files = "", int itemCount = 1)
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, folder));
        Put("manifest-summary", summary
            ?? $$"""{"exportArn":"a","tableArn":"b","outputFormat":"DYNAMODB_JSON","itemCount":{{itemCount}},"s3Bucket":"c","s3Prefix":null,"manifestFilesS3Key":"d"}""");
        Put("manifest-files", files);

        void Put(string name, string text)
        {
            File.WriteAllText(Path.Combine(_root.FullName, folder, name + ".json"), text);
            File.WriteAllText(Path.Combine(_root.FullName, folder, name + ".md5"),
                Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes(text))));
        }
    }

    private async Task<(ExportManifest Manifest, IReadOnlyList<DataFile> Files)> ReadAsync(string folder)
    {
        ExportFolder where = LocalExportStore.Open(ExportStores.LocationOf(Path.Combine(_root.FullName, folder)));
        OpenedExport opened = await OpenedExport.OpenAsync(where, needsManifest: true, default);
        return (opened.Manifest!, opened.Files);
    }
}
