using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon.Rules;

/// <summary>A daemon in this process with a door contact, a siren and rules; its folder outlives restarts.</summary>
internal sealed class RuleBox(string rules) : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ApplianceHost? _host;

    public ApplianceHost Host => _host ?? throw new InvalidOperationException("The box does not run.");

    public HttpClient Admin { get; private set; } = null!;

    public async Task Start()
    {
        var loaded = ConfigurationFile.Parse($$"""
            {
              "Appliance": { "Serial": "rules1", "DataDirectory": "{{_folder.Path}}/data" },
              "Mqtt": { "Enabled": false },
              "Cameras": [ { "Id": "gate", "Source": "rtsp://127.0.0.1:9/x", "Enabled": false } ],
              "Outputs": { "Lines": [ { "Id": "siren" }, { "Id": "strobe", "Line": 1 } ] },
              "Inputs": { "Lines": [ { "Id": "door", "Kind": "door", "Debounce": "00:00:00" } ] },
              "Rules": {{rules}},
              "Api": { "Listen": [ "http://127.0.0.1:0" ], "RequestsPerMinute": 100000, "CostlyRequestsPerMinute": 1000 }
            }
            """);
        Assert.Empty(loaded.Faults);
        _host = await ApplianceHost.StartAsync(loaded.Options, CancellationToken.None);
        Admin = new HttpClient { BaseAddress = new(Host.Addresses[0]) };
        if (Host.ClaimCode is { } code)
        {
            await RunningBox.Json(
                await Admin.PostAsJsonAsync("/api/v1/claim", new { code, username = "admin", password = RunningBox.Password }), HttpStatusCode.Created);
        }

        var session = await RunningBox.Json(
            await Admin.PostAsJsonAsync("/api/v1/session", new { username = "admin", password = RunningBox.Password }), HttpStatusCode.OK);
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)session["token"]!);
    }

    public async Task Stop()
    {
        Admin.Dispose();
        await Host.DisposeAsync();
        _host = null;
    }

    public async Task<JsonNode> Get(string path) => await RunningBox.Json(await Admin.GetAsync(path), HttpStatusCode.OK);

    public async Task Door(bool open) =>
        await RunningBox.Json(await Admin.PutAsJsonAsync("/api/v1/inputs/door", new { active = open }), HttpStatusCode.OK);

    /// <summary>Waits until there are alerts of a kind.</summary>
    public Task<JsonArray> Alerts(string kind, int count = 1) => Patience.Until(
        $"{count} alerts of kind {kind}",
        async () => (await Get($"/api/v1/alerts?kind={kind}"))["items"]!.AsArray() is { } alerts && alerts.Count >= count ? alerts : null);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await Stop();
        _folder.Dispose();
    }
}
