using System.Text;
using System.Text.Json;
using DynamoCosmos.Sandbox.Aws.Exports;

namespace DynamoCosmos.Tests.Import;

/// <summary>
/// A full export of a part of some items, and two windows, one of them in Ion, that bring the others, change some, and delete what is none
/// of them: applied in order they make the same table.
/// </summary>
internal static class ItemWindows
{
    /// <summary>Items that come and go.</summary>
    private const int Doomed = 400;

    /// <param name="items">Typed JSON, with the keys pk and sk.</param>
    /// <returns>The folders of the three, in order.</returns>
    internal static string[] Write(string root, byte[][] items)
    {
        DateTimeOffset time = DateTimeOffset.UtcNow.AddHours(-3);
        ExportLayout full = ExportLayout.ToFolder(root, new() { ExportTime = time });
        ExportLayout first = ExportLayout.ToFolder(root,
            new() { IsIon = true, FromTime = time, ToTime = time.AddHours(1), OutputView = "NEW_AND_OLD_IMAGES" });
        ExportLayout second =
            ExportLayout.ToFolder(root, new() { FromTime = time.AddHours(1), ToTime = time.AddHours(2), OutputView = "NEW_IMAGE" });
        using (DataFileWriter inFull = full.AddDataFile(), inFirst = first.AddDataFile(), inSecond = second.AddDataFile())
        {
            for (int number = 0; number < items.Length; number++)
            {
                byte[] item = items[number], older = Older(item), keys = KeysOf(item);
                switch (number % 5)
                {
                    case 0:
                        inFull.WriteItem(item);
                        break;
                    case 1:
                        inFull.WriteItem(older);
                        inFirst.WriteChange(number, keys, item, older);
                        break;
                    case 2:
                        inFirst.WriteChange(number, keys, item, default);
                        break;
                    case 3:
                        inFirst.WriteChange(number, keys, older, default);
                        inSecond.WriteChange(number, keys, item, default);
                        break;
                    default:
                        inSecond.WriteChange(number, keys, item, default);
                        break;
                }
            }
            for (int number = 0; number < Doomed; number++)
            {
                byte[] keys = Encoding.UTF8.GetBytes($$$"""{"pk":{"S":"doomed"},"sk":{"N":"{{{number}}}"}}""");
                if (number % 2 == 0) inFull.WriteItem(keys);
                else inFirst.WriteChange(number, keys, keys, default);
                if (number % 2 == 0) inFirst.WriteChange(number, keys, default, keys);
                else inSecond.WriteChange(number, keys, default, default);
            }
        }
        foreach (ExportLayout export in (ExportLayout[])[full, first, second]) export.Complete();
        return [full.Folder, first.Folder, second.Folder];
    }

    private static byte[] Older(byte[] item) => [.. item.AsSpan(0, item.Length - 1), .. ",\"older\":{\"S\":\"yes\"}}"u8];

    private static byte[] KeysOf(byte[] item)
    {
        using JsonDocument map = JsonDocument.Parse(item, new() { MaxDepth = 128 });
        return Encoding.UTF8.GetBytes($$"""{"pk":{{map.RootElement.GetProperty("pk").GetRawText()}},"sk":{{map.RootElement.GetProperty("sk").GetRawText()}}}""");
    }
}
