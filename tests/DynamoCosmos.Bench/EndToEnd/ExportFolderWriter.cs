using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Bench.EndToEnd;

/// <summary>Writes sample items as a whole export into a folder, streamed, so that it may be of any size.</summary>
internal static class ExportFolderWriter
{
    // About what DynamoDB puts into a data file, and never so few files that readers wait for each other at the end.
    private const int ItemsPerFile = 250_000;
    private const int LeastFiles = 8;

    /// <returns>The export's own folder, which holds the manifests.</returns>
    internal static string Write(string root, int items, int seed = 1)
    {
        ExportLayout layout = ExportLayout.ToFolder(root);
        SampleItems source = new(seed);
        SampleWriter writer = new();
        int files = Math.Max(LeastFiles, (items + ItemsPerFile - 1) / ItemsPerFile), item = 0;
        long bytes = 0;
        for (int file = 1; file <= files; file++)
        {
            using DataFileWriter data = layout.AddDataFile();
            for (int end = (int)((long)items * file / files); item < end; item++)
            {
                writer.Clear();
                source.Write(writer, item);
                byte[] line = writer.Json;
                data.WriteLine(line.AsSpan(..^1));
                bytes += line.Length;
            }
        }
        layout.Complete(bytes);
        return layout.Folder;
    }
}
