using DynamoCosmos.Basics;
using DynamoCosmos.Items.Mappings;

namespace DynamoCosmos.Sessions;

/// <summary>Reads a mapping file: JSON, or a PSD1 of the same words. Both are data, and nothing in them runs.</summary>
public static class MappingFile
{
    /// <exception cref="MigrationException">MappingFileNotFound, MappingNotReadable.</exception>
    public static MappingValue Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw MappingErrors.FileNotFound(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw MappingErrors.NotReadable(new(path), error.Message);
        }
        return Path.GetExtension(path).Equals(".psd1", StringComparison.OrdinalIgnoreCase)
            ? MappingData.Read(text, path)
            : MappingText.Read(text, path);
    }
}
