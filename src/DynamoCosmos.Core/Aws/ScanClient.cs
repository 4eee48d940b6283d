using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.DynamoDBv2.Model.Internal.MarshallTransformations;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace DynamoCosmos.Aws;

/// <summary>
/// The SDK's client with one more call: a scan whose answer stays the text that DynamoDB wrote. The converter reads that text anyway,
/// numbers keep every digit, and a page of thousands of items does not become as many objects on the way.
/// </summary>
internal sealed class ScanClient : AmazonDynamoDBClient
{
    internal ScanClient(AmazonDynamoDBConfig config) : base(config)
    {
    }

    internal ScanClient(AWSCredentials credentials, AmazonDynamoDBConfig config) : base(credentials, config)
    {
    }

    /// <param name="into">Takes the page; what it held before is gone.</param>
    internal Task ScanAsync(ScanRequest request, ScanPage into, CancellationToken cancellationToken) =>
        InvokeAsync<AmazonWebServiceResponse>(request,
            new InvokeOptions { RequestMarshaller = ScanRequestMarshaller.Instance, ResponseUnmarshaller = new PageUnmarshaller(into) },
            cancellationToken);

    private sealed class PageUnmarshaller(ScanPage into) : JsonResponseUnmarshaller
    {
        // The SDK proves the text by its CRC-32 once this returns.
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext context)
        {
            into.Read(context.Stream);
            return new();
        }

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext context, Exception innerException,
            HttpStatusCode statusCode) =>
            ScanResponseUnmarshaller.Instance.UnmarshallException(context, innerException, statusCode);
    }
}
