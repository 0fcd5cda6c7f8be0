using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Appliance.Grpc;

/// <summary>From an HTTP answer, or the lack of one, to a status.</summary>
internal static class GrpcAnswer
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string DetailsHeader = "grpc-status-details-bin";

    /// <summary>Whether the server ended the call with its headers alone (every immediate refusal).</summary>
    internal static bool IsTrailersOnly(HttpResponseMessage response) => response.Headers.Contains(StatusHeader);

    /// <summary>Null = OK. Looks at the headers of a trailers-only answer, else at the trailers; the body must be read before.</summary>
    internal static GrpcException? Fault(HttpResponseMessage response)
    {
        var fields = IsTrailersOnly(response) ? response.Headers : response.TrailingHeaders;
        if (Value(fields, StatusHeader) is not { } text)
        {
            return response.StatusCode == HttpStatusCode.OK
                ? new(GrpcStatus.Unavailable, "the server ended the call without a status")
                : new(FromHttp(response.StatusCode), $"HTTP {(int)response.StatusCode}; is this a gRPC server?");
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return new(GrpcStatus.Unknown, $"the status '{text}' is no number");
        if (code == 0)
            return null;

        return new((GrpcStatus)code, GrpcMetadata.PercentDecode(Value(fields, MessageHeader) ?? "")) { StatusDetails = Details(fields) };
    }

    /// <summary>Refuses what is no gRPC answer before its body is read.</summary>
    internal static GrpcException? NotGrpc(HttpResponseMessage response)
    {
        if (IsTrailersOnly(response))
            return Fault(response);
        if (response.StatusCode != HttpStatusCode.OK)
            return new(FromHttp(response.StatusCode), $"HTTP {(int)response.StatusCode}; is this a gRPC server?");
        return response.Content.Headers.ContentType?.MediaType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal)
            ? null
            : new(GrpcStatus.Unknown, $"the answer is {response.Content.Headers.ContentType?.MediaType ?? "untyped"}, not application/grpc");
    }

    /// <summary>What broke below: connection refused, reset, GOAWAY, TLS. All of it reads as unavailable.</summary>
    internal static GrpcException From(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
                return new(GrpcStatus.Unavailable, $"TLS: {cause.Message}", error) { IsTlsFailure = true };
        }

        var hint = error.Message.Contains("HTTP/2 handshake", StringComparison.OrdinalIgnoreCase)
            ? " (a server that wants a client certificate ends the handshake like this)"
            : "";
        return new(GrpcStatus.Unavailable, (error.InnerException?.Message ?? error.Message) + hint, error);
    }

    private static GrpcStatus FromHttp(HttpStatusCode status) => (int)status switch
    {
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.Unimplemented,
        429 or 502 or 503 or 504 => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };

    private static byte[] Details(HttpHeaders fields)
    {
        try
        {
            return fields.TryGetValues(DetailsHeader, out var values) ? GrpcMetadata.ReadBinary(string.Join(',', values)) : [];
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static string? Value(HttpHeaders fields, string name) =>
        fields.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
