using System.Text.Json;
using System.Xml.Linq;
using DynamoCosmos.Sandbox.Aws.Dynamo;
using DynamoCosmos.Sandbox.Aws.S3;

namespace DynamoCosmos.Sandbox.Aws;

/// <summary>An error in the form of its service.</summary>
internal static class AwsErrorBody
{
    internal static async Task WriteAsync(AwsCall call, AwsException error, string requestId)
    {
        HttpResponse response = call.Response;
        response.StatusCode = error.Status;
        foreach ((string name, string value) in error.Headers) response.Headers[name] = value;
        // A HEAD has no body: the status is all that the client learns. 304 neither.
        if (call.Request.Method == HttpMethods.Head || error.Status == 304) return;
        if (call.IsDynamo)
        {
            string type = error.Code.Contains('#') ? error.Code : $"com.amazonaws.dynamodb.v20120810#{error.Code}";
            // The coral front door writes "Message", the service itself "message"; serialization errors have "Message" too.
            string word = error.Code.Contains("coral", StringComparison.Ordinal) ? "Message" : "message";
            await DynamoAnswer.WriteAsync(call,
                JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["__type"] = type, [word] = error.Message }));
            return;
        }
        XElement root = new("Error", new XElement("Code", error.Code), new XElement("Message", error.Message));
        foreach ((string name, string value) in error.Details) root.Add(new XElement(name, value));
        root.Add(new XElement("RequestId", requestId), new XElement("HostId", "sandbox"));
        await S3Xml.WriteAsync(call, root);
    }
}
