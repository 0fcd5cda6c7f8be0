using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Core.Evidence.Content;
using Appliance.Delivery.Notifications;

namespace Appliance.Delivery.Ipfs;

/// <summary>An IPFS node by the RPC of Kubo (<c>/api/v0</c>). Thread-safe.</summary>
public sealed class IpfsNode : IDisposable
{
    // All that decides the address is named: defaults differ between versions and profiles of the node.
    private const string Import =
        "cid-version=1&hash=sha2-256&raw-leaves=true&chunker=size-262144&max-file-links=174&trickle=false&inline=false"
        + "&wrap-with-directory=false&pin=true&progress=false&cid-base=base32";

    private readonly IpfsOptions _options;
    private readonly Lazy<HttpClient> _http;

    public IpfsNode(IpfsOptions options)
    {
        _options = options;
        var address = new Uri(options.Address.TrimEnd('/') + "/");
        _http = new(() => new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(15, options.Timeout.TotalSeconds)),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = Authorities.For(address.IdnHost, options.CaFile),
        })
        {
            BaseAddress = address,
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = 64 << 10,
        });
    }

    /// <summary>Adds a file and pins it.</summary>
    /// <param name="name">Said in the request only: the address does not depend on it.</param>
    /// <param name="content">Seekable; read twice, because the address is worked out here before anything is sent, and closed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>CIDv1, the same as <see cref="UnixFsCid"/> gives.</returns>
    /// <exception cref="IpfsException">The node cannot be reached, refuses, or has another address for it (which is then not left pinned).</exception>
    public async Task<string> Add(string name, Stream content, CancellationToken cancel)
    {
        var ours = await AddressOf(content, cancel).ConfigureAwait(false);
        content.Position = 0;
        using var part = new StreamContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        // Quoted, as strict parsers want it; a path would become directories there.
        part.Headers.ContentDisposition = new("form-data") { Name = "\"file\"", FileName = $"\"{Path.GetFileName(name)}\"" };
        using var form = new MultipartFormDataContent { part };

        var theirs = Hash(await Ask("api/v0/add?" + Import, form, cancel).ConfigureAwait(false));
        if (theirs == ours)
            return ours;
        await TryUnpin(theirs, cancel).ConfigureAwait(false);
        throw new IpfsException($"the node gives {name} the address {theirs}, but it is {ours}: its import settings differ");
    }

    /// <summary>The node may forget it; one that it does not hold is fine.</summary>
    /// <exception cref="IpfsException">The node cannot be reached or refuses.</exception>
    public async Task Unpin(string cid, CancellationToken cancel)
    {
        try
        {
            await Ask("api/v0/pin/rm?arg=" + Uri.EscapeDataString(cid), null, cancel).ConfigureAwait(false);
        }
        catch (IpfsException error) when (error.Message.Contains("not pinned", StringComparison.OrdinalIgnoreCase))
        {
            // As wished.
        }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private static async Task<string> AddressOf(Stream content, CancellationToken cancel)
    {
        using var cid = new UnixFsCid();
        var buffer = new byte[64 * 1024];
        content.Position = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
            cid.Append(buffer.AsSpan(0, read));
        return cid.Finish();
    }

    private async Task TryUnpin(string cid, CancellationToken cancel)
    {
        try
        {
            await Unpin(cid, cancel).ConfigureAwait(false);
        }
        catch (IpfsException)
        {
            // The fault that is reported is the wrong address.
        }
    }

    /// <summary>Kubo answers every request by POST; a fault is a JSON object with Message, or a trailer once the answer has begun.</summary>
    private async Task<string> Ask(string path, HttpContent? content, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            if (Token() is { Length: > 0 } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await _http.Value.SendAsync(request, cancel).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw new IpfsException($"the node answered {(int)response.StatusCode}{Reason(response.StatusCode, text)}");
            if (response.TrailingHeaders.TryGetValues("X-Stream-Error", out var late))
                throw new IpfsException($"the node says: {string.Join(", ", late)}");
            return text;
        }
        catch (HttpRequestException error)
        {
            throw new IpfsException(error.InnerException is AuthenticationException tls ? "certificate refused: " + tls.Message : error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new IpfsException($"no answer within {_options.Timeout.TotalSeconds:0} s", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or CryptographicException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IpfsException(error.Message, error);
        }
    }

    private string Token() => _options.TokenFile is { Length: > 0 } file ? (File.ReadLines(file).FirstOrDefault() ?? "").Trim() : _options.Token;

    private static string Reason(HttpStatusCode status, string text)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return ": it wants another token";
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("Message", out var message) ? $": {message.GetString()}" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    /// <summary>One line per entry; the last is the file.</summary>
    private static string Hash(string lines)
    {
        try
        {
            var last = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
            using var json = JsonDocument.Parse(last);
            return json.RootElement.GetProperty("Hash").GetString() ?? throw new JsonException("Hash is null");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new IpfsException("the node's answer names no address", error);
        }
    }
}
