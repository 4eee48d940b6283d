using DynamoCosmos.Sandbox.Aws.Dynamo;

namespace DynamoCosmos.Sandbox.Aws.Exports;

/// <summary>Puts a table's items, or its changes, into data files by the partition that they are in.</summary>
internal static class ExportContent
{
    // Several gzip members a file, as a writer makes that appends blocks.
    private const int LinesPerMember = 1000;

    internal static string Write(ExportLayout layout, ExportJob job, int files)
    {
        for (int number = 0; number < files; number++)
        {
            int current = number;
            // An empty partition makes an empty file, among the others.
            if (number == files / 2) layout.AddDataFile().Dispose();
            using DataFileWriter file = layout.AddDataFile(LinesPerMember);
            if (job.Items is not null)
            {
                foreach (StoredItem item in job.Items.Where(item => FileOf(item, files) == current)) file.WriteItem(item.Json);
                continue;
            }
            foreach (ItemChange change in job.Changes!.Where(change => FileOf(change.Key, files) == current)) Write(file, change, job);
        }
        return layout.Complete(job.BilledBytes);
    }

    private static void Write(DataFileWriter file, ItemChange change, ExportJob job)
    {
        bool hasOld = job.Request.View == "NEW_AND_OLD_IMAGES";
        file.WriteChange(change.At, KeyJson.Of(change.Key, job.Table.Keys), change.After?.Json, hasOld ? change.Before?.Json : null);
    }

    private static int FileOf(StoredItem item, int files) => (int)((UInt128)item.Hash * (uint)files >> 64);
}
