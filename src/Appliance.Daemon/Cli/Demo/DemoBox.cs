using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>
/// The daemon as a process of its own, used like any other box: claimed with the code it prints, then driven over REST.
/// </summary>
internal sealed class DemoBox : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300);

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private DemoBox(ChildProcess process, string address)
    {
        _process = process;
        Address = address;
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = s_patience };
    }

    /// <summary>Where REST listens.</summary>
    public string Address { get; }

    /// <summary>What the daemon logged.</summary>
    public string Log => _process.Output;

    public int ProcessId => _process.Id;

    /// <summary>Name of the admin that the demo makes.</summary>
    public const string Admin = "demo";

    /// <summary>Their password: made up anew in every run.</summary>
    public string Password { get; } = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12)).ToLowerInvariant();

    /// <summary>Starts the daemon, claims it and logs in.</summary>
    public static async Task<DemoBox> StartAsync(string configuration)
    {
        var daemon = Path.Combine(AppContext.BaseDirectory, "Appliance.Daemon.dll");
        var process = ChildProcess.Start("the daemon", "dotnet", [daemon, "run", "--config", configuration]);
        try
        {
            var address = await process.WaitForLine(@"REST on (https?://\S+?)[,\s]*$", s_patience);
            var code = await process.WaitForLine(@"[Cc]laim code[^A-Z0-9]*([A-Z0-9][A-Z0-9-]+)", s_patience);
            var box = new DemoBox(process, address.Groups[1].Value);
            await box.ClaimAsync(code.Groups[1].Value);
            return box;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts a person on the watchlist with their photos, as a technician would.</summary>
    public async Task EnrolAsync(string name, string category, IEnumerable<byte[]> photos)
    {
        var person = await SendAsync(HttpMethod.Post, "/api/v1/watchlist/persons", JsonContent.Create(new
        {
            name,
            category,
            legalBasis = "demonstration with a rendered face",
        }));
        var id = (string)person!["id"]!;
        foreach (var photo in photos)
        {
            var content = new ByteArrayContent(photo);
            content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            await SendAsync(HttpMethod.Post, $"/api/v1/watchlist/persons/{id}/photos", content);
        }
    }

    public async Task<JsonNode> GetAsync(string path) => (await SendAsync(HttpMethod.Get, path, null))!;

    /// <summary>The evidence of an alert as one ZIP, once it is signed and in a closed batch of the log.</summary>
    public async Task<byte[]> EvidenceAsync(string alert, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await GetAsync($"/api/v1/alerts/{alert}/evidence"))["proof"] is null)
        {
            if (Stopwatch.GetElapsedTime(started) > s_patience)
                throw new DemoException($"the evidence of alert {alert} was not finished\nThe daemon said:\n{Log}");
            await Task.Delay(s_look, cancel);
        }

        return await _http.GetByteArrayAsync($"/api/v1/alerts/{alert}/evidence/export", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task ClaimAsync(string code)
    {
        await SendAsync(HttpMethod.Post, "/api/v1/claim", JsonContent.Create(new { code, username = Admin, password = Password }));
        var session = await SendAsync(HttpMethod.Post, "/api/v1/session", JsonContent.Create(new { username = Admin, password = Password }));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session!["token"]!);
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await AnswerTo(request);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new DemoException($"{method} {path} answered {(int)response.StatusCode}: {body}\nThe daemon said:\n{Log}");

        return response.StatusCode == HttpStatusCode.NoContent || body.Length == 0 ? null : JsonNode.Parse(body, null, new JsonDocumentOptions());
    }

    private async Task<HttpResponseMessage> AnswerTo(HttpRequestMessage request)
    {
        try
        {
            return await _http.SendAsync(request);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            throw new DemoException($"the daemon does not answer: {error.Message}\nIt said:\n{Log}");
        }
    }
}
