using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>Optimistic locking: an ETag on everything that has a version, If-Match on every change of it (RFC 9110 §13.1.1).</summary>
internal static class Preconditions
{
    public static void SetETag(HttpContext http, int version) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version the caller saw; null with no problem = <c>*</c>, whatever is current.</summary>
    public static ProblemHttpResult? Read(string? ifMatch, out int? version)
    {
        version = null;
        if (string.IsNullOrWhiteSpace(ifMatch))
            return Problems.Of(428, "Send If-Match with the ETag of what you read, so that nobody's change is overwritten.");
        if (ifMatch.Trim() == "*")
            return null;

        if (ifMatch.Trim() is ['"', .. var inner, '"'] && int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            version = number;
            return null;
        }

        // Not an ETag of ours, so it cannot be the current one.
        return Problems.Of(412, "If-Match is not an ETag that this box gave; read it again.");
    }
}
