using DynamoCosmos.Basics;
using DynamoCosmos.Exports;

namespace DynamoCosmos.Core.Tests.Exports;

public sealed class LocalExportStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dynamocosmos local #1 %20 ");

    [Fact]
    public async Task A_file_is_found_and_read_under_a_folder_with_strange_characters()
    {
        await WriteAsync("export é/data/a.json.gz", "content");
        ExportFolder folder = LocalExportStore.Open(StoreKeys.OfFolder(Path.Combine(_folder.FullName, "export é")));

        Assert.Equal("export é/", folder.Path);
        StoredFile file = Assert.IsType<StoredFile>(await folder.Store.FindAsync(folder.Path + "data/a.json.gz", default));
        Assert.Equal(7, file.Length);
        using StreamReader reader = new(await folder.Store.OpenReadAsync(file, default));
        Assert.Equal("content", await reader.ReadToEndAsync());
        Assert.Equal(_folder.FullName, Path.TrimEndingDirectorySeparator(folder.Store.Root.LocalPath));
        Assert.Equal(folder.Path, StoreKeys.Relative(folder.Store.Root, folder.Location));
    }

    [Fact]
    public async Task A_named_pipe_is_an_error_and_not_a_wait_without_end()
    {
        if (OperatingSystem.IsWindows()) return;
        string path = Path.Combine(_folder.FullName, "a.json.gz");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", [path])) await make.WaitForExitAsync();
        LocalExportStore store = new(_folder.FullName);
        StoredFile found = (await store.FindAsync("a.json.gz", default))!;
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => store.OpenReadAsync(found, default));
        Assert.Equal("ExportFileNotReadable", error.ErrorId);
        Assert.Contains("named pipe", error.Message);
    }

    [Fact]
    public async Task An_empty_file_is_read_as_one()
    {
        await WriteAsync("empty", "");
        LocalExportStore store = new(_folder.FullName);
        await using Stream stream = await store.OpenReadAsync((await store.FindAsync("empty", default))!, default);
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task A_missing_file_is_null()
    {
        LocalExportStore store = new(_folder.FullName);
        Assert.Null(await store.FindAsync("nowhere/at/all", default));
    }

    [Fact]
    public async Task A_file_that_was_replaced_or_removed_after_it_was_found_is_an_error()
    {
        LocalExportStore store = new(_folder.FullName);
        await WriteAsync("a", "one");
        StoredFile found = (await store.FindAsync("a", default))!;
        await WriteAsync("a", "three");
        MigrationException changed = await Assert.ThrowsAsync<MigrationException>(() => store.OpenReadAsync(found, default));
        Assert.Equal("ExportFileChanged", changed.ErrorId);
        File.Delete(Path.Combine(_folder.FullName, "a"));
        MigrationException missing = await Assert.ThrowsAsync<MigrationException>(() => store.OpenReadAsync(found, default));
        Assert.Equal("ExportFileMissing", missing.ErrorId);
    }

    [Fact]
    public async Task A_listing_is_in_the_order_of_UTF8_bytes_and_keeps_to_its_prefix()
    {
        string[] keys = ["e/a-b", "e/a/b", "e/aé", "e/a\uFF5E", "e/a\U0001F600", "e/b", "f/a"];
        foreach (string key in keys) await WriteAsync(key, key);
        LocalExportStore store = new(_folder.FullName);
        List<string> listed = [];
        await foreach (StoredFile file in store.ListAsync("e/a", default)) listed.Add(file.Key);
        Assert.Equal(keys[..5], listed);
    }

    [Theory]
    [InlineData("AWSDynamoDB/1/data/x.json.gz", true)]
    [InlineData("a b/é", true)]
    [InlineData("../x", false)]
    [InlineData("a/../x", false)]
    [InlineData("a//x", false)]
    [InlineData("/x", false)]
    [InlineData("", false)]
    [InlineData("a\\..\\x", false)]
    [InlineData("C:/x", false)]
    [InlineData("x.", false)]
    [InlineData("x\n", false)]
    public void A_key_is_safe_when_no_system_can_read_another_folder_into_it(string key, bool isSafe) =>
        Assert.Equal(isSafe, StoreKeys.IsSafe(key));

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task WriteAsync(string key, string text)
    {
        string path = Path.Combine(_folder.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }
}
