using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.IntegrationTests.Support;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>The real daemon on a free port with an empty data folder: Kestrel with TLS, SQLite, pipeline; no broker.</summary>
public sealed class RunningBox : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";
    private readonly TemporaryFolder _folder = new();
    private readonly string _extra;
    private readonly bool _claim;
    private readonly string _sections;
    private readonly TimeProvider? _clock;
    private ApplianceHost? _host;

    public RunningBox()
        : this("")
    {
    }

    /// <param name="api">Further members of the section Api.</param>
    /// <param name="claim">Whether an admin and a user of each role are made.</param>
    /// <param name="sections">Further sections of the configuration, each with a comma behind it.</param>
    /// <param name="clock">The box's time; null = the system's.</param>
    internal RunningBox(string api, bool claim = true, string sections = "", TimeProvider? clock = null) =>
        (_extra, _claim, _sections, _clock) = (api, claim, sections, clock);

    public ErrorTrap Log { get; } = new();

    internal ApplianceHost Host => _host ?? throw new InvalidOperationException("The box does not run.");

    public string DataFolder => Path.Combine(_folder.Path, "data");

    public Uri Address => new(Host.Addresses[0]);

    /// <summary>Client without a token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public HttpClient Viewer { get; private set; } = null!;

    public HttpClient Operator { get; private set; } = null!;

    public HttpClient Technician { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var loaded = ConfigurationFile.Parse($$"""
            {
              "Appliance": { "Name": "Test box", "Serial": "test1", "DataDirectory": "{{DataFolder}}" },
              "Mqtt": { "Enabled": false },
              "Outputs": { "Lines": [ { "Id": "siren" } ] },
              "Cameras": [ { "Id": "infile", "Source": "rtsp://admin:filesecret@127.0.0.1:9/x", "Enabled": false } ],
              "Api": { "Listen": [ "https://127.0.0.1:0" ], {{(_extra.Length > 0 ? _extra : "\"RequestsPerMinute\": 100000, \"CostlyRequestsPerMinute\": 1000")}} },
              {{_sections}}
            }
            """);
        Assert.Empty(loaded.Faults);
        await StartAsync(loaded.Options);
        if (_claim)
            await ClaimAsync();
    }

    /// <summary>Stops and starts it on the same folder; tokens stay, the port changes.</summary>
    public async Task RestartAsync()
    {
        var options = Host.Services.GetService(typeof(ApplianceOptions)) as ApplianceOptions;
        await Host.DisposeAsync();
        await StartAsync(options!);
        foreach (var (client, name) in new[] { (Viewer, "viewer"), (Operator, "operator"), (Technician, "technician"), (Admin, "admin") })
            client?.Dispose();
        if (_claim)
        {
            Viewer = await LogIn("viewer");
            Operator = await LogIn("operator");
            Technician = await LogIn("technician");
            Admin = await LogIn("admin");
        }
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A client that takes this box's certificate and no other.</summary>
    public HttpClient Client(string? token = null)
    {
        var handler = new HttpClientHandler
        {
            UseCookies = false,
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate is not null && certificate.ExportCertificatePem() == File.ReadAllText(Path.Combine(DataFolder, "tls.crt")).Trim(),
        };
        var client = new HttpClient(handler) { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<HttpClient> LogIn(string username)
    {
        var session = await Json(await Anonymous.PostAsJsonAsync("/api/v1/session", new { username, password = Password }), HttpStatusCode.OK);
        return Client((string)session["token"]!);
    }

    /// <summary>The body of an answer that must have this status.</summary>
    public static async Task<JsonNode> Json(HttpResponseMessage response, HttpStatusCode expected)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {body}");
        return JsonNode.Parse(body, null, new JsonDocumentOptions())!;
    }

    /// <summary>An answer that must be a problem of this status and type.</summary>
    public static async Task<JsonNode> Problem(HttpResponseMessage response, int status, string type)
    {
        var problem = await Json(response, (HttpStatusCode)status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:watchpost:problem:{type}", (string?)problem["type"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        return problem;
    }

    public static StringContent Body(string json, string contentType = "application/json") => new(json, Encoding.UTF8, contentType);

    public static HttpRequestMessage Change(HttpMethod method, string path, string? ifMatch, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return request;
    }

    private async Task StartAsync(ApplianceOptions options)
    {
        _host = await ApplianceHost.StartAsync(options, CancellationToken.None, logging => logging.AddProvider(new TrapProvider(Log)), _clock);
        Anonymous?.Dispose();
        Anonymous = Client();
    }

    private async Task ClaimAsync()
    {
        await Json(
            await Anonymous.PostAsJsonAsync("/api/v1/claim", new { code = Host.ClaimCode, username = "admin", password = Password }),
            HttpStatusCode.Created);
        Admin = await LogIn("admin");
        foreach (var role in new[] { "viewer", "operator", "technician" })
            await Json(await Admin.PostAsJsonAsync("/api/v1/users", new { username = role, password = Password, role }), HttpStatusCode.Created);
        Viewer = await LogIn("viewer");
        Operator = await LogIn("operator");
        Technician = await LogIn("technician");
    }

    private sealed class TrapProvider(ErrorTrap trap) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => trap;

        public void Dispose()
        {
        }
    }
}

/// <summary>Tests that share one running box and must leave nothing behind that disturbs the others.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBox : ICollectionFixture<RunningBox>
{
    public const string Name = "one running box";
}
