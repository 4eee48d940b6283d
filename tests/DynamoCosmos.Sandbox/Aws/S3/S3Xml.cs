using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace DynamoCosmos.Sandbox.Aws.S3;

/// <summary>S3's XML, in its namespace or without.</summary>
internal static class S3Xml
{
    internal static XNamespace Namespace { get; } = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <summary>An element in S3's namespace.</summary>
    internal static XElement New(string name, params object?[] content) => new(Namespace + name, content);

    internal static async Task WriteAsync(AwsCall call, XElement root)
    {
        using MemoryStream text = new();
        XmlWriterSettings settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };
        using (XmlWriter writer = XmlWriter.Create(text, settings)) root.Save(writer);
        call.Response.ContentType = "application/xml";
        call.Response.ContentLength = text.Length;
        await call.Response.Body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), call.Context.RequestAborted);
    }

    internal static XElement Parse(byte[] body)
    {
        try
        {
            using MemoryStream stream = new(body);
            return XElement.Load(stream);
        }
        catch (XmlException)
        {
            throw new AwsException(400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
        }
    }

    /// <summary>A child by its local name: clients write the namespace, or leave it out.</summary>
    internal static string? Child(XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;
}
