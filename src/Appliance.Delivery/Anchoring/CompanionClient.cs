using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Delivery.Notifications;

namespace Appliance.Delivery.Anchoring;

/// <summary>What became of one element.</summary>
/// <param name="IsRefused">For good; else it is the companion's to see to.</param>
/// <param name="Error">Its word.</param>
/// <param name="Detail">Its sentence.</param>
internal readonly record struct CompanionResult(bool IsRefused, string Error, string Detail);

/// <summary>
/// The companion's HTTPS interface. Certificates are read for each set of connections: after <see cref="Renew"/> what was replaced on
/// the disk counts.
/// </summary>
/// <param name="options">Validated.</param>
/// <param name="identity">The client certificate with its key, then those that vouch for it.</param>
/// <param name="clock">Time.</param>
internal sealed class CompanionClient(AnchoringHttpsOptions options, Func<X509Certificate2Collection> identity, TimeProvider clock) : IDisposable
{
    private const int MaxAnswer = 8 << 20;

    private HttpClient? _http;

    /// <summary>Results in the order of the elements.</summary>
    /// <exception cref="AnchorException">No answer, or none that can be used.</exception>
    public async Task<IReadOnlyList<CompanionResult>> Post(IReadOnlyList<AnchorElement> elements, CancellationToken cancel)
    {
        var (path, list) = Of(elements[0].Kind);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Body(list, elements)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await Send(request, cancel).ConfigureAwait(false);
        try
        {
            var results = answer.RootElement.GetProperty("results").EnumerateArray().ToList();
            if (results.Count != elements.Count)
                throw new AnchorException($"the companion answered {results.Count} results to {elements.Count} {list}", wasReached: true);
            return [.. results.Select((result, i) => Read(result, elements[i]))];
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException)
        {
            throw new AnchorException($"the companion's answer to {list} cannot be read", wasReached: true);
        }
    }

    /// <summary>Receipts of batches after a number, ascending; at most 500.</summary>
    /// <exception cref="AnchorException">No answer, or none that can be used.</exception>
    public async Task<IReadOnlyList<(long Seq, byte[] Receipt)>> Receipts(string device, long after, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"v1/receipts?device={Uri.EscapeDataString(device)}&after={after}"));
        using var answer = await Send(request, cancel).ConfigureAwait(false);
        try
        {
            return
            [
                .. answer.RootElement.GetProperty("receipts").EnumerateArray()
                    .Select(one => (one.GetProperty("seq").GetInt64(), System.Text.Encoding.UTF8.GetBytes(one.GetProperty("receipt").GetRawText()))),
            ];
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AnchorException("the companion's receipts cannot be read", wasReached: true);
        }
    }

    /// <summary>The next request opens a connection of its own.</summary>
    public void Renew()
    {
        _http?.Dispose();
        _http = null;
    }

    public void Dispose() => Renew();

    private static (string Path, string List) Of(AnchorKind kind) => kind switch
    {
        AnchorKind.Batch => ("v1/batches", "batches"),
        AnchorKind.Critical => ("v1/evidence", "evidence"),
        AnchorKind.Key => ("v1/keys", "keys"),
        AnchorKind.Watchlist => ("v1/watchlists", "watchlists"),
        AnchorKind.Update => ("v1/updates", "updates"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static byte[] Body(string list, IReadOnlyList<AnchorElement> elements)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray(list);
            foreach (var element in elements)
                json.WriteRawValue(element.Json, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>Results come in the order of the request; what names another thing is none.</summary>
    private static CompanionResult Read(JsonElement result, AnchorElement of)
    {
        if (of.Kind == AnchorKind.Batch && result.TryGetProperty("seq", out var seq) && seq.GetInt64() != of.Position)
            throw new AnchorException($"the companion answered to batch {seq} where {of.Id} was asked", wasReached: true);
        return result.GetProperty("status").GetString() switch
        {
            "accepted" or "exists" => default,
            "refused" => new(true, Text(result, "error"), Text(result, "detail")),
            var other => throw new AnchorException($"the companion says «{other}» to {of.Id}", wasReached: true),
        };
    }

    private static string Text(JsonElement result, string name) =>
        result.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private async Task<JsonDocument> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            _http ??= Open();
            using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
                return JsonDocument.Parse(body);
            throw new AnchorException(
                $"the companion answered {(int)response.StatusCode}{Hint(response.StatusCode)}", wasReached: true, RetryAfter(response.Headers.RetryAfter));
        }
        catch (HttpRequestException error)
        {
            throw new AnchorException(Reason(error));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new AnchorException($"no answer within {options.Timeout.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            throw new AnchorException("the companion's answer is not JSON", wasReached: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new AnchorException(error.Message);
        }
    }

    private HttpClient Open()
    {
        var address = new Uri(options.Address.TrimEnd('/') + "/");
        var ssl = Authorities.For(address.IdnHost, options.Authority);
        var certificates = identity();
        ssl.ClientCertificateContext = SslStreamCertificateContext.Create(certificates[0], [.. certificates.Skip(1)], offline: true);
        return new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.Timeout,
            // Names are looked up again; a companion may move.
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            SslOptions = ssl,
        })
        {
            BaseAddress = address,
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) => value switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private static string Reason(HttpRequestException error) => error.InnerException switch
    {
        AuthenticationException tls => $"certificate refused: {tls.Message}",
        // TLS 1.3: a server that does not take the client's certificate says so only after the handshake.
        IOException { InnerException: not null } closed => $"the connection was closed: {closed.Message} (does the companion know this box's certificate?)",
        _ => error.Message,
    };

    private static string Hint(HttpStatusCode status) => status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
        ? ": it does not know this box's certificate"
        : "";
}
