using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli;

/// <summary>REST of the running daemon, for verbs that ask it. The token comes from <c>--token-file</c> or <c>WATCHPOST_TOKEN</c>.</summary>
internal sealed class BoxClient : IDisposable
{
    public const string TokenVariable = "WATCHPOST_TOKEN";

    public static readonly Option<string?> Url = new("--url")
    {
        Description = "Address of the daemon; default: where the configuration says that it listens.",
        HelpName = "URL",
    };

    public static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = $"File with a token of /api/v1/tokens; default: ${TokenVariable}.",
        HelpName = "FILE",
    };

    private readonly HttpClient _http;

    private BoxClient(HttpClient http) => _http = http;

    /// <exception cref="CliException">No token, or the configuration cannot be used.</exception>
    public static BoxClient Open(ParseResult arguments)
    {
        var options = CliConfiguration.Load(arguments).Options;
        var token = arguments.GetValue(TokenFile) is { } file
            ? ReadToken(file)
            : Environment.GetEnvironmentVariable(TokenVariable);
        if (string.IsNullOrWhiteSpace(token))
            throw new CliException($"the daemon wants a token: make one at /api/v1/tokens and give it as ${TokenVariable} or --token-file", ExitCode.Usage);

        var handler = new HttpClientHandler { UseProxy = false };
        var own = OwnCertificate(options);
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, errors) =>
            errors == System.Net.Security.SslPolicyErrors.None
            || (certificate is not null && own is not null
                && CryptographicOperations.FixedTimeEquals(certificate.GetCertHash(HashAlgorithmName.SHA256), own));
        var http = new HttpClient(handler) { BaseAddress = new(arguments.GetValue(Url) ?? AddressOf(options)), Timeout = TimeSpan.FromSeconds(15) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return new(http);
    }

    public Task<JsonElement> Get(string path, CancellationToken cancel) => Send(HttpMethod.Get, path, null, cancel);

    /// <exception cref="CliException">The daemon does not answer, or says no: with its reason.</exception>
    public async Task<JsonElement> Send(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
                request.Content = JsonContent.Create(body);
            using var response = await _http.SendAsync(request, cancel);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
            return response.IsSuccessStatusCode
                ? answer
                : throw new CliException(answer.TryGetProperty("detail", out var detail) ? detail.GetString()! : $"the daemon answered {(int)response.StatusCode}");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new CliException($"{_http.BaseAddress}: {error.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string AddressOf(ApplianceOptions options)
    {
        var listen = options.Api.Listen.Select(ListenAddress.Parse).FirstOrDefault(address => address is not null)
            ?? throw new CliException("the configuration names no address; give --url", ExitCode.Usage);
        var host = listen.Address is { } ip && !ip.Equals(System.Net.IPAddress.Any) ? ip.ToString() : "127.0.0.1";
        return $"{(listen.Https ? "https" : "http")}://{(host.Contains(':') ? $"[{host}]" : host)}:{listen.Port}";
    }

    private static string ReadToken(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message, ExitCode.Usage);
        }
    }

    /// <summary>The certificate that this very box made; null: another, which must be trusted in the ordinary way.</summary>
    private static byte[]? OwnCertificate(ApplianceOptions options)
    {
        var file = options.Api.CertificateFile.Length > 0
            ? options.Api.CertificateFile
            : Path.Combine(options.Appliance.DataDirectory, "tls.crt");
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return certificate.GetCertHash(HashAlgorithmName.SHA256);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }
}
