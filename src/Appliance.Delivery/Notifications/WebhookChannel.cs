using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Native;

namespace Appliance.Delivery.Notifications;

/// <summary>
/// POSTs alerts as Standard Webhooks: <c>webhook-id</c> is the alert's id and the same at every attempt, so a receiver finds
/// doubles. Redirects are not followed: a secret belongs to one address.
/// </summary>
internal sealed class WebhookChannel : INotificationChannel
{
    private readonly WebhookOptions _options;
    private readonly NotificationsOptions _all;
    private readonly MessageTemplate _text;
    private readonly TimeProvider _clock;
    private readonly Lazy<HttpClient> _http;

    public WebhookChannel(WebhookOptions options, NotificationsOptions all, ApplianceIdentity identity, TimeProvider clock)
    {
        (_options, _all, _clock) = (options, all, clock);
        _text = new(options.Text, all, identity);
        _http = new(() => new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.Timeout,
            // Names are looked up again; a receiver may move.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = Authorities.For(new Uri(options.Url).IdnHost, options.CaFile),
        })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = 64 << 10,
        });
    }

    public string Kind => "webhook";

    public async Task Send(Alert alert, CancellationToken cancel)
    {
        try
        {
            using var request = Request(alert);
            using var response = await _http.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            Check(response);
        }
        catch (HttpRequestException error)
        {
            var tls = error.InnerException is AuthenticationException ? "certificate refused: " + error.InnerException.Message : error.Message;
            throw new NotificationException(tls);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NotificationException($"no answer within {_options.Timeout.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new NotificationException(error.Message);
        }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private HttpRequestMessage Request(Alert alert)
    {
        var body = Body(alert);
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Add("webhook-id", alert.Id.Value);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(Secret(), alert.Id.Value, timestamp, body));
        request.Headers.UserAgent.ParseAdd("watchpost");
        return request;
    }

    private byte[] Body(Alert alert)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", "watchpost.alert." + alert.Kind);
        json.WriteString("timestamp", Rfc3339.Format(alert.Utc));
        json.WriteString("text", _text.Fill(alert));
        // The same words as on MQTT.
        json.WritePropertyName("data");
        var data = new ArrayBufferWriter<byte>(1024);
        NativeJson.Write(data, alert, _all.IncludeNames);
        json.WriteRawValue(data.WrittenSpan, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private byte[] Secret()
    {
        var text = _options.SecretFile is { Length: > 0 } file ? File.ReadLines(file).FirstOrDefault() ?? "" : _options.Secret;
        return WebhookSignature.ParseSecret(text) ?? throw new NotificationException("the file holds no secret: whsec_ and base64 of 24 to 64 bytes");
    }

    private void Check(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return;

        var code = (int)response.StatusCode;
        var comesBack = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || code >= 500;
        throw new NotificationException($"the receiver answered {code}", isFinal: !comesBack, RetryAfter(response.Headers.RetryAfter));
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) => value switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };
}
