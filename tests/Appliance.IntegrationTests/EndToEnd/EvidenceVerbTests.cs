using System.Diagnostics;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cli.Demo;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store.Evidence;
using Appliance.IntegrationTests.Support;
using Appliance.Store;
using Appliance.Store.Evidence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>What an operator does to evidence at the console: on a stopped box itself, on a running one over REST.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class EvidenceVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Destroy_StoppedBox_TheFileIsGoneAndTheDigestStays()
    {
        var (data, config) = (Path.Combine(_folder.Path, "data"), Path.Combine(_folder.Path, "appliance.json"));
        await File.WriteAllTextAsync(
            config, new JsonObject { ["Appliance"] = new JsonObject { ["Serial"] = "7F3A", ["DataDirectory"] = data } }.ToJsonString());
        var record = await Record(data);

        var hasty = await Run(null, "evidence", "destroy", record.Alert.Value, "--reason", " x ", "--config", config);
        var held = await Run(null, "evidence", "hold", record.Alert.Value, "--reason", "case 12", "--config", config);
        var refused = await Run(null, "evidence", "destroy", record.Alert.Value, "--reason", "by order", "--config", config);
        var released = await Run(null, "evidence", "hold", record.Alert.Value, "--release", "--reason", "case closed", "--config", config);
        var done = await Run(null, "evidence", "destroy", record.Alert.Value, "--reason", "by order", "--config", config, "--json");
        var again = await Run(null, "evidence", "destroy", record.Alert.Value, "--reason", "by order", "--config", config);

        Assert.Equal((2, 0, 1, 0), (hasty.ExitCode, held.ExitCode, refused.ExitCode, released.ExitCode));
        Assert.Contains("legal hold", refused.Error, StringComparison.Ordinal);
        Assert.True(done.ExitCode == 0, done.Error);
        var view = JsonNode.Parse(done.Output)!;
        Assert.Equal(("destroyed", "by order"), ((string)view["state"]!, (string)view["reason"]!));
        Assert.Equal(Convert.ToHexStringLower(record.Digest!), (string)view["digest"]!);
        Assert.Contains("destroyed already", again.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(data, "evidence"), "*.wpe", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Destroy_RunningBox_GoesOverRestWithAToken()
    {
        var port = DemoBroker.FreePort();
        var configuration = BoxConfiguration.Of(null);
        configuration["Api"]!["Listen"] = new JsonArray($"http://127.0.0.1:{port}");
        await using var box = new Box(configuration);
        var record = await Record(box.Data);
        await box.Start();
        var config = Path.Combine(_folder.Path, "running.json");
        await File.WriteAllTextAsync(config, box.Configuration.ToJsonString());

        var without = await Run(null, "evidence", "destroy", record.Alert.Value, "--reason", "by order", "--config", config);
        var with = await Run(box.Token, "evidence", "destroy", record.Alert.Value, "--reason", "by order", "--config", config);
        var view = (await box.Get($"/api/v1/alerts/{record.Alert}/evidence"))["record"]!;
        var audit = (await box.Get("/api/v1/audit?action=evidence.destroy&limit=5"))["items"]!.AsArray();

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("WATCHPOST_TOKEN", without.Error, StringComparison.Ordinal);
        Assert.True(with.ExitCode == 0, with.Error);
        Assert.Equal("destroyed", (string)view["state"]!);
        Assert.Equal("by order", (string)Assert.Single(audit)!["summary"]!);
    }

    private static async Task<EvidenceRecord> Record(string data)
    {
        await using var store = await ApplianceStore.Open(
            new StoreOptions { DataDirectory = data, ReserveBytes = 0 }.With(), TimeProvider.System, NullLoggerFactory.Instance);
        await new Appliance.Daemon.Evidence.Keys.EvidenceKeys(data, store.Evidence).Load(null, default);
        return await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store), close: true);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(string? token, params string[] arguments)
    {
        var start = DaemonProgram.Start(null, arguments);
        start.Environment.Remove("WATCHPOST_TOKEN");
        if (token is not null)
            start.Environment["WATCHPOST_TOKEN"] = token;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(Patience.Long);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
