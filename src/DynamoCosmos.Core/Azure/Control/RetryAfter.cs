using System.Globalization;
using Azure;

namespace DynamoCosmos.Azure.Control;

/// <summary>How long a service asks to wait: milliseconds in its own headers, seconds or a date in HTTP's.</summary>
internal static class RetryAfter
{
    internal static TimeSpan? Read(Response response)
    {
        foreach (string header in new[] { "retry-after-ms", "x-ms-retry-after-ms" })
        {
            if (response.Headers.TryGetValue(header, out string? text)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds))
                return TimeSpan.FromMilliseconds(milliseconds);
        }
        if (!response.Headers.TryGetValue("Retry-After", out string? value)) return null;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)) return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            && at > DateTimeOffset.UtcNow
            ? at - DateTimeOffset.UtcNow
            : null;
    }
}
