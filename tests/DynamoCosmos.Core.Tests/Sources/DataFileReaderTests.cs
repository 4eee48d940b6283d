using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Sources;

namespace DynamoCosmos.Core.Tests.Sources;

public sealed class DataFileReaderTests
{
    private static readonly Uri s_address = new("s3://bucket/AWSDynamoDB/01/data/a.json.gz?X-Amz-Signature=abc");

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("a\n", 1)]
    [InlineData("a\nb", 2)]
    [InlineData("a\r\nb\r\n", 2)]
    [InlineData("a\n\n\nb\n\n", 2)]
    [InlineData("\r\n\r\n", 0)]
    public async Task Every_line_with_something_on_it_is_a_record(string text, int records)
    {
        List<Read> read = await ReadAsync(Gzip(text));
        Assert.Equal(records, read.Count);
        Assert.All(read, record => Assert.True(record.Text is "a" or "b"));
    }

    [Fact]
    public async Task Line_numbers_count_blank_lines_too()
    {
        List<Read> read = await ReadAsync(Gzip("a\n\n\r\nb\nc"));
        Assert.Equal([1, 4, 5], read.Select(static record => record.Line));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_first_line() =>
        Assert.Equal("a", Assert.Single(await ReadAsync(Gzip("\uFEFFa\n"))).Text);

    [Fact]
    public async Task Several_members_are_one_text_even_where_a_line_spans_them()
    {
        byte[] file = [.. Gzip("one\ntw"), .. Gzip(""), .. Gzip("o\nthree"), .. Gzip("\n")];
        Assert.Equal(["one", "two", "three"], (await ReadAsync(file)).Select(static record => record.Text));
    }

    [Fact]
    public async Task A_file_cut_at_any_byte_is_an_error()
    {
        byte[] whole = Gzip(string.Concat(Enumerable.Range(0, 50).Select(static number => $"{{\"n\":{number}}}\n")));
        for (int length = 1; length < whole.Length; length++)
        {
            MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(whole[..length]));
            Assert.Equal("DataFileDamaged", error.ErrorId);
        }
    }

    [Fact]
    public async Task A_second_member_cut_at_any_byte_is_an_error()
    {
        byte[] first = Gzip("a\n"), second = Gzip("b\n");
        for (int length = 1; length < second.Length; length++)
        {
            byte[] file = [.. first, .. second[..length]];
            Assert.Equal("DataFileDamaged", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(file))).ErrorId);
        }
    }

    [Fact]
    public async Task Anything_after_the_last_member_is_an_error()
    {
        foreach (byte[] rest in (byte[][])[[0], [0x1F], [0x1F, 0x8B], "garbage"u8.ToArray(), new byte[512]])
        {
            byte[] file = [.. Gzip("a\n"), .. rest];
            Assert.Equal("DataFileDamaged", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(file))).ErrorId);
        }
    }

    [Fact]
    public async Task Each_flipped_bit_is_found_or_changes_nothing()
    {
        string text = string.Concat(Enumerable.Range(0, 40).Select(static number => $"{{\"Item\":{{\"pk\":{{\"S\":\"{number}\"}}}}}}\n"));
        byte[] whole = Gzip(text);
        int found = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                List<Read> read = await ReadAsync(flipped);
                Assert.Equal(text, string.Concat(read.Select(static record => record.Text + "\n")));
            }
            catch (MigrationException error)
            {
                Assert.Equal("DataFileDamaged", error.ErrorId);
                found++;
            }
        }
        // What may change unnoticed is the header: time, system, flags that mean nothing.
        Assert.True(found > (whole.Length - 10) * 8, $"{found} of {whole.Length * 8}");
    }

    [Fact]
    public async Task Another_md5_than_the_manifests_is_an_error_that_shows_both_and_no_signature()
    {
        byte[] file = Gzip("a\n");
        string wrong = Convert.ToBase64String(new byte[16]);
        MigrationException error = await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(file, new(s_address, 1, wrong)));
        Assert.Equal("DataFileMd5Mismatch", error.ErrorId);
        Assert.Contains(wrong, error.Message);
        Assert.Contains(Md5(file), error.Message);
        Assert.DoesNotContain("Signature", error.Message);
    }

    [Fact]
    public async Task The_manifests_md5_and_count_are_met()
    {
        byte[] file = [.. Gzip("a\n"), .. Gzip("b\n")];
        Assert.Equal(2, (await ReadAsync(file, new(s_address, 2, Md5(file)))).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Another_count_than_the_manifests_is_an_error_after_the_last_record(int claimed)
    {
        MigrationException error =
            await Assert.ThrowsAsync<MigrationException>(() => ReadAsync(Gzip("a\nb\n"), new(s_address, claimed, null)));
        Assert.Equal("CountMismatch", error.ErrorId);
        Assert.Contains("a.json.gz", error.Message);
        Assert.Contains($"says {claimed}", error.Message);
    }

    [Fact]
    public async Task An_empty_file_has_no_items()
    {
        Assert.Empty(await ReadAsync([], new(s_address, 0, Md5([]))));
        Assert.Equal("CountMismatch", (await Assert.ThrowsAsync<MigrationException>(() => ReadAsync([], new(s_address, 1, null)))).ErrorId);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    [InlineData(5_000, true)]
    [InlineData(500_000, true)]
    public async Task A_line_over_the_limit_is_cut_and_says_so_and_the_next_ones_are_read(int length, bool isTooLong)
    {
        byte[] file = Gzip("before\n" + new string('x', length) + "\nafter\n");
        List<Read> read = await ReadAsync(file, options: new(64, 1000));
        Assert.Equal([1, 2, 3], read.Select(static record => record.Line));
        Assert.Equal([false, isTooLong, false], read.Select(static record => record.IsTooLong));
        Assert.Equal(new string('x', Math.Min(length, 1000)), read[1].Text);
        Assert.Equal("after", read[2].Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_pieces_that_bytes_come_in_the_lines_are_those_of_a_slow_reader(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 150; round++)
        {
            StringBuilder text = new();
            for (int line = random.Next(40); line > 0; line--)
            {
                int length = random.Next(4) switch { 0 => 0, 1 => random.Next(20), 2 => random.Next(300), _ => random.Next(1500) };
                for (int index = 0; index < length; index++) text.Append((char)('a' + random.Next(26)));
                text.Append(random.Next(3) switch { 0 => "\r\n", _ => "\n" });
            }
            if (random.Next(2) == 0) text.Append("last");
            int limit = random.Next(1, 1200);
            byte[] file = Gzip(text.ToString());
            List<Read> read = await ReadAsync(new Trickle(file, random), new(s_address, null, Md5(file)), new(random.Next(8, 400), limit));
            Assert.Equal(ReadSlowly(text.ToString(), limit), read);
        }
    }

    [Fact]
    public async Task A_line_of_any_length_takes_bounded_memory()
    {
        MemoryStream file = new();
        await using (GZipStream gzip = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] piece = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
            for (int count = 0; count < 300; count++) await gzip.WriteAsync(piece);
            await gzip.WriteAsync("\nb\n"u8.ToArray());
        }
        file.Position = 0;
        // Nothing is awaited that takes time, so that all of it is this thread's; other tests run beside it.
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<Read> read = await ReadAsync(file, new(s_address, 2, null));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal([true, false], read.Select(static record => record.IsTooLong));
        Assert.Equal(LineBuffer.KeptBytes, read[0].Text.Length);
        Assert.True(allocated < 64 * 1024 * 1024, $"{allocated} bytes for a line of 300 MiB");
    }

    private static List<Read> ReadSlowly(string text, int limit)
    {
        List<Read> read = [];
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].EndsWith('\r') ? lines[index][..^1] : lines[index];
            if (line.Length > 0) read.Add(line.Length > limit ? new(line[..limit], index + 1, true) : new(line, index + 1, false));
        }
        return read;
    }

    private static Task<List<Read>> ReadAsync(byte[] file, DataFileClaims? claims = null, ReaderOptions? options = null) =>
        ReadAsync(new MemoryStream(file), claims, options);

    private static async Task<List<Read>> ReadAsync(Stream file, DataFileClaims? claims = null, ReaderOptions? options = null)
    {
        List<Read> read = [];
        await using DataFileReader reader = new(file, claims ?? new(s_address, null, null), options);
        while (await reader.FillAsync(default))
        {
            while (reader.TryRead(out ItemRecord record)) read.Add(
                new(Encoding.UTF8.GetString(record.Text), record.Line, record.IsTooLong));
        }
        return read;
    }

    private static byte[] Gzip(string text)
    {
        MemoryStream file = new();
        using (GZipStream gzip = new(file, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return file.ToArray();
    }

    private static string Md5(byte[] file) => Convert.ToBase64String(MD5.HashData(file));

    private sealed record Read(string Text, long Line, bool IsTooLong);

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 40))], cancellationToken);
    }
}
