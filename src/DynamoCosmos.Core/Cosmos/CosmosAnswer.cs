using System.Globalization;
using System.Net;
using DynamoCosmos.Basics;
using DynamoCosmos.Ports;
using DynamoCosmos.Writing;
using Microsoft.Azure.Cosmos;

namespace DynamoCosmos.Cosmos;

/// <summary>Whatever a write came to, as an answer.</summary>
internal static class CosmosAnswer
{
    private const int LongestMessage = 500;

    internal static WriteAnswer Read(ResponseMessage response, BulkGate gate)
    {
        Headers headers = response.Headers;
        if (response.IsSuccessStatusCode) return new((int)response.StatusCode, 0, headers.RequestCharge, ETag: headers.ETag);
        string? message = response.ErrorMessage is { Length: > 0 } own ? own : ReadContent(response);
        if (message is null
            && (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
            || IsNotOfTheService(response))) message = gate.Refusal;
        return new((int)response.StatusCode, SubStatus(headers["x-ms-substatus"]), headers.RequestCharge,
            RetryAfter(headers["x-ms-retry-after-ms"]), Shorten(message));
    }

    /// <summary>Marked by <see cref="BulkWire"/>.</summary>
    internal static bool IsNotOfTheService(ResponseMessage response) =>
        SubStatus(response.Headers["x-ms-substatus"]) == WriteRules.NotOfTheService;

    /// <summary>An exception in place of a status: the SDK wraps some answers so, and lets others through as they came.</summary>
    internal static WriteAnswer Read(Exception failure) => failure switch
    {
        CosmosException answer =>
            new((int)answer.StatusCode, answer.SubStatusCode, answer.RequestCharge, answer.RetryAfter,
            Shorten(answer.ResponseBody is { Length: > 0 } body ? body : answer.Message)),
        TimeoutException => new(408, 0, 0, null, Shorten(failure.Message)),
        // A broken connection, a sign-in service that does not answer: what lasts of these ends the run by its RetryTimeout.
        _ => new(0, 0, 0, null, Shorten(failure.GetBaseException().Message)),
    };

    /// <summary>The service's first sentence or so, without the SDK's diagnostics.</summary>
    internal static string? Shorten(string? message)
    {
        if (string.IsNullOrWhiteSpace(message)) return null;
        ReadOnlySpan<char> text = message;
        // "Response status code does not indicate success: …; Reason: (what matters);" and "what matters\nActivityId: …".
        int reason = text.IndexOf("Reason: (");
        if (reason >= 0) text = text[(reason + "Reason: (".Length)..];
        if (text.StartsWith("Message: {") || text.StartsWith("{")) text = ServiceText.Unwrap(text.ToString());
        int activity = text.IndexOf("ActivityId:");
        if (activity > 0) text = text[..activity];
        int query = text.IndexOf("RequestUri:");
        if (query > 0) text = text[..query];
        string line = text.ToString().ReplaceLineEndings(" ").Trim(' ', ',', ';', ')');
        return line.Length <= LongestMessage ? line : string.Concat(line.AsSpan(0, LongestMessage), "…");
    }

    // In a batch, the reason of a refused operation comes as its content.
    private static string? ReadContent(ResponseMessage response)
    {
        if (response.Content is not { CanSeek: true, Length: > 0 and < 64 * 1024 } content) return null;
        using StreamReader reader = new(content);
        return reader.ReadToEnd();
    }

    private static int SubStatus(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;

    private static TimeSpan? RetryAfter(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds) && milliseconds > 0
            ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
