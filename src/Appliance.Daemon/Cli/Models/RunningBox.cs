using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Models;

namespace Appliance.Daemon.Cli.Models;

/// <summary>
/// The daemon of this box over its own REST interface, for verbs that must not wait until it is stopped: at the configured address, with
/// the box's own certificate and the token in <c>WATCHPOST_TOKEN</c>.
/// </summary>
internal sealed class RunningBox : IDisposable
{
    public const string TokenVariable = "WATCHPOST_TOKEN";

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _http;

    private RunningBox(HttpClient http) => _http = http;

    /// <exception cref="CliException">There is no token, or no address to find it at.</exception>
    public static RunningBox Open(ParseResult arguments)
    {
        var options = CliConfiguration.Load(arguments).Options;
        if (Environment.GetEnvironmentVariable(TokenVariable) is not { Length: > 0 } token)
        {
            throw new CliException(
                $"the daemon runs: set {TokenVariable} to a token of it (POST /api/v1/session or /api/v1/tokens), or stop the daemon first");
        }

        var address = options.Api.Listen.Select(ListenAddress.Parse).OfType<ListenAddress>().FirstOrDefault(listen => listen.Port != 0)
            ?? throw new CliException("the daemon listens on a port that changes; stop it first or use REST (/swagger)");
        var host = address.Address is null || address.Address.Equals(IPAddress.Any) ? "127.0.0.1"
            : address.Address.Equals(IPAddress.IPv6Any) ? "[::1]"
            : address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address.Address}]" : $"{address.Address}";
        var http = new HttpClient(Trusting(OwnCertificate(options)))
        {
            BaseAddress = new Uri($"{(address.Https ? "https" : "http")}://{host}:{address.Port}/api/v1/"),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new(http);
    }

    /// <summary>The answer's body.</summary>
    /// <exception cref="CliException">The daemon does not answer, or says no: its reason.</exception>
    public async Task<T?> Send<T>(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body is null ? null : JsonContent.Create(body, options: ApiJson.Options),
            };
            using var response = await _http.SendAsync(request, cancel);
            if (!response.IsSuccessStatusCode)
                throw new CliException(await Reason(response, cancel));
            return response.Content.Headers.ContentLength == 0 || response.StatusCode == HttpStatusCode.NoContent
                ? default
                : await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancel);
        }
        catch (HttpRequestException error)
        {
            throw new CliException($"the daemon does not answer at {_http.BaseAddress}: {error.Message}");
        }
    }

    /// <summary>Starts a job and follows it to its end; Ctrl-C ends it there, too.</summary>
    public async Task<ModelJob> Follow(string path, object body, IProgress<(long Done, long Total)> progress, CancellationToken cancel)
    {
        var job = (await Send<ModelJob>(HttpMethod.Post, path, body, cancel))!;
        try
        {
            while (job.State == ModelJobState.Running)
            {
                progress.Report((job.Progress, job.Total));
                await Task.Delay(s_look, cancel);
                job = (await Send<ModelJob>(HttpMethod.Get, $"models/jobs/{job.Id}", null, cancel))!;
            }
        }
        catch (OperationCanceledException)
        {
            await Send<JsonNode>(HttpMethod.Delete, $"models/jobs/{job.Id}", null, CancellationToken.None);
            throw;
        }

        progress.Report((job.Progress, job.Total));
        return job;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> Reason(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            var problem = JsonNode.Parse(text);
            return $"the daemon says: {(string?)problem?["detail"] ?? (string?)problem?["title"] ?? response.ReasonPhrase}";
        }
        catch (System.Text.Json.JsonException)
        {
            return $"the daemon answered {(int)response.StatusCode}";
        }
    }

    private static X509Certificate2? OwnCertificate(ApplianceOptions options)
    {
        var file = options.Api.CertificateFile.Length > 0
            ? options.Api.CertificateFile
            : Path.Combine(Path.GetFullPath(options.Appliance.DataDirectory), "tls.crt");
        try
        {
            return File.Exists(file) ? X509CertificateLoader.LoadCertificateFromFile(file) : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    // The box's own certificate is signed by nobody, so it is recognised by its bytes; any other must be one the system trusts.
    private static HttpClientHandler Trusting(X509Certificate2? own) => new()
    {
        UseProxy = false,
        UseCookies = false,
        ServerCertificateCustomValidationCallback = (_, certificate, _, faults) =>
            faults == System.Net.Security.SslPolicyErrors.None
            || (own is not null && certificate is not null && certificate.RawData.AsSpan().SequenceEqual(own.RawData)),
    };
}
