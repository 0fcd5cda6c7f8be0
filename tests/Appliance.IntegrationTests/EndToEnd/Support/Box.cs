using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>A box with its folder, run as a process of its own any number of times and used over REST.</summary>
internal sealed class Box : IAsyncDisposable
{
    public const string Admin = "tester";
    public const string Password = "a long enough passphrase";

    private readonly TemporaryFolder _folder = new();
    private readonly JsonObject _configuration;
    private HttpClient? _http;
    private BoxProcess? _process;

    public Box(JsonObject configuration)
    {
        _configuration = configuration;
        _configuration["Appliance"]!["DataDirectory"] = Data;
        Directory.CreateDirectory(Home);
    }

    /// <summary>Its data folder.</summary>
    public string Data => Path.Combine(_folder.Path, "data");

    /// <summary>What the process takes for its user's home.</summary>
    public string Home => Path.Combine(_folder.Path, "home");

    /// <summary>The run of now, or the latest one.</summary>
    public BoxProcess Process => _process ?? throw new InvalidOperationException("The box was not started.");

    /// <summary>The one-time code it printed; null when it has an admin.</summary>
    public string? ClaimCode { get; private set; }

    /// <summary>Token of the session.</summary>
    public string Token => _http!.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>The configuration of the next start.</summary>
    public JsonObject Configuration => _configuration;

    /// <summary>Starts the daemon, makes the first admin if there is none, and logs in.</summary>
    public async Task Start(IReadOnlyDictionary<string, string>? environment = null)
    {
        await Launch(environment);
        if (ClaimCode is { } code)
            await Post("/api/v1/claim", new { code, username = Admin, password = Password });
        var session = await Post("/api/v1/session", new { username = Admin, password = Password });
        _http!.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["token"]!);
    }

    /// <summary>Starts the daemon and waits until REST listens.</summary>
    public async Task Launch(IReadOnlyDictionary<string, string>? environment = null)
    {
        await EndRun();
        var file = Path.Combine(_folder.Path, "appliance.json");
        await File.WriteAllTextAsync(file, _configuration.ToJsonString());
        var start = DaemonProgram.Start(Home, "run", "--json", "--config", file);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        _process = BoxProcess.Start(start);
        var first = JsonNode.Parse(await _process.FirstOutput())!;
        ClaimCode = (string?)first["claimCode"];
        _http = new HttpClient { BaseAddress = new Uri((string)first["addresses"]![0]!), Timeout = Patience.Long };
    }

    public async Task<JsonNode> Get(string path)
    {
        using var response = await _http!.GetAsync(path);
        return await Read(response);
    }

    /// <summary>A file, or a part of it (<c>bytes=0-99</c>).</summary>
    public async Task<(int Status, byte[] Content)> Fetch(string path, string? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (range is not null)
            request.Headers.Range = RangeHeaderValue.Parse(range);
        using var response = await _http!.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>What an address says that may also answer 503.</summary>
    public async Task<(int Status, JsonNode Body)> Look(string path)
    {
        using var response = await _http!.GetAsync(path);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task<JsonNode> Post(string path, object body)
    {
        using var response = await _http!.PostAsJsonAsync(path, body);
        return await Read(response);
    }

    /// <summary>Reads a thing and does something with exactly that version of it.</summary>
    public async Task Change(string path, string action)
    {
        using var seen = await _http!.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/{action}") { Content = JsonContent.Create(new { }) };
        request.Headers.IfMatch.Add(seen.Headers.ETag!);
        using var response = await _http.SendAsync(request);
        await Read(response);
    }

    /// <summary>A request that may be refused.</summary>
    public async Task<(int Status, JsonNode Body)> Try(string path)
    {
        using var response = await _http!.PostAsJsonAsync(path, new { });
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!);
    }

    /// <summary>Puts a person on the watchlist.</summary>
    public async Task Enrol(string name, IEnumerable<byte[]> photos)
    {
        var person = await Post("/api/v1/watchlist/persons", new { name, category = "banned", legalBasis = "a test with a rendered face" });
        foreach (var photo in photos)
        {
            using var content = new ByteArrayContent(photo);
            content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            using var response = await _http!.PostAsync($"/api/v1/watchlist/persons/{person["id"]}/photos", content);
            await Read(response);
        }
    }

    /// <summary>Waits until a camera is as wished.</summary>
    public Task<JsonNode> Camera(string id, string what, Func<JsonNode, bool> wished) => Patience.Until(
        $"camera {id} {what}",
        async () => await Get($"/api/v1/cameras/{id}") is var camera && wished(camera) ? camera : null);

    /// <summary>Stops the cameras and waits until the broker has taken all alerts.</summary>
    public async Task Settle(params string[] cameras)
    {
        foreach (var camera in cameras)
            await Post($"/api/v1/cameras/{camera}/stop", new { });
        await Patience.Until(
            "an empty outbox",
            async () => await Get("/api/v1/system") is var system && (long)system["outboxDepth"]! == 0 ? system : null);
    }

    /// <summary>All alerts of the box, by seq.</summary>
    public async Task<SortedDictionary<long, string>> Alerts()
    {
        var alerts = new SortedDictionary<long, string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Get($"/api/v1/alerts?limit=200{(cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "")}");
            foreach (var alert in page["items"]!.AsArray())
                alerts.Add((long)alert!["seq"]!, (string)alert["id"]!);
            cursor = (string?)page["next"];
        }

        return alerts;
    }

    public async ValueTask DisposeAsync()
    {
        await EndRun();
        _folder.Dispose();
    }

    private async Task EndRun()
    {
        _http?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task<JsonNode> Read(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.IsSuccessStatusCode,
            $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri} answered {(int)response.StatusCode}: {body}\n{Process.Log}");
        return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
    }
}
