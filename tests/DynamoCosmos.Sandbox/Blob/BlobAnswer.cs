using System.Text;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Blob;

/// <summary>Thrown to break a connection that a fault was put on.</summary>
internal sealed class ConnectionBroken : Exception;

/// <summary>Puts an answer on the wire.</summary>
internal static class BlobAnswer
{
    internal static async Task WriteAsync(BlobCall call, BlobContent? body, BlobFault? fault, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            if (call.Request.Method != "HEAD") call.Response.ContentLength = 0;
            return;
        }
        call.Response.ContentLength = body.Length;
        body = call.InTransit(body);
        if (fault?.TruncateAt is { } length && length < body.Length)
        {
            await body.Slice(0, length).WriteAsync(call.Response.Body, cancellationToken);
            await call.Response.Body.FlushAsync(cancellationToken);
            // A reset takes with it what the client has not read yet.
            await Task.Delay(50, cancellationToken);
            throw new ConnectionBroken();
        }
        await body.WriteAsync(call.Response.Body, cancellationToken);
    }

    internal static async Task WriteAsync(BlobCall call, BlobError error, CancellationToken cancellationToken)
    {
        HttpResponse response = call.Response;
        response.StatusCode = error.Status;
        response.Headers["x-ms-error-code"] = error.Code;
        response.Headers.ContentMD5 = default;
        foreach ((_, string header, string value) in error.Details.Where(detail => detail.Header.Length > 0)) response.Headers[header] =
            value;
        if (call.Request.Method == "HEAD" || error.Status == 304) return;
        XElement root = new("Error", new XElement("Code", error.Code),
            new XElement("Message", $"{error.Message}\nRequestId:{response.Headers["x-ms-request-id"]}\nTime:{DateTime.UtcNow:O}"),
            error.Details.Select(detail => new XElement(detail.Element, detail.Value)));
        byte[] text = Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + root.ToString(SaveOptions.DisableFormatting));
        response.ContentType = "application/xml";
        response.ContentLength = text.Length;
        await response.Body.WriteAsync(text, cancellationToken);
    }
}
