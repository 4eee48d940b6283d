using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoCosmos.Sandbox.Aws.Signing;

namespace DynamoCosmos.Sandbox.Aws.Dynamo;

/// <summary>DynamoDB's answers: JSON 1.0 with a CRC that the SDK checks.</summary>
internal static class DynamoAnswer
{
    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonSerializerOptions s_nodeOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Task WriteAsync(AwsCall call, JsonObject answer) =>
        WriteAsync(call, JsonSerializer.SerializeToUtf8Bytes(answer, s_nodeOptions));

    internal static Task WriteAsync(AwsCall call, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using (Utf8JsonWriter writer = new(buffer, s_options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return WriteAsync(call, buffer.WrittenMemory);
    }

    internal static async Task WriteAsync(AwsCall call, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = call.Response;
        response.ContentType = "application/x-amz-json-1.0";
        response.ContentLength = body.Length;
        response.Headers["x-amz-crc32"] = Checksum.Crc32Of(body.Span).ToString(CultureInfo.InvariantCulture);
        const int Piece = 64 * 1024;
        for (int done = 0; done < body.Length; done += Piece)
            await response.Body.WriteAsync(body.Slice(done, Math.Min(Piece, body.Length - done)), call.Context.RequestAborted);
    }

    /// <summary>Seconds since 1970 with milliseconds, as JSON 1.0 writes times.</summary>
    internal static double Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
