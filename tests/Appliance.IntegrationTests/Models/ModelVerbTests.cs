using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cli.Demo;
using Appliance.Inference.Catalogue;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Models;

/// <summary>The verbs about models, each in a process of its own, as on a console.</summary>
public sealed class ModelVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private string Models => Path.Combine(Data, "models");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pull_OverHttpsWithALicence_ShowsItAsksForItAndFindsOutWhatItIs()
    {
        await using var server = await ModelServer.Start();
        AddToCatalogue(server.Entry(commercial: false));
        var config = Configure();

        var refused = await Run(server.CaFile, "models", "pull", "made-up", "--config", config);
        var pulled = await Run(server.CaFile, "models", "pull", "made-up", "--accept-licence", "Research only", "--config", config);
        var verified = await Run(server.CaFile, "models", "verify", "made-up", "--json", "--config", config);
        var removed = await Run(server.CaFile, "models", "remove", "made-up", "--config", config);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--accept-licence \"Research only\"", refused.Error, StringComparison.Ordinal);
        Assert.True(pulled.ExitCode == 0, pulled.Error);
        Assert.Contains("NO commercial use", pulled.Error, StringComparison.Ordinal);
        Assert.Contains("0.3 of 0.3 MB", pulled.Error, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Models, "made-up.onnx"), pulled.Output, StringComparison.Ordinal);
        // The bytes are the catalogue's, but they are noise and no model.
        Assert.Equal(1, verified.ExitCode);
        Assert.NotEmpty(JsonNode.Parse(verified.Output)!["models"]![0]!["faults"]!.AsArray());
        Assert.True(removed.ExitCode == 0, removed.Error);
        Assert.False(File.Exists(Path.Combine(Models, "made-up.onnx")));
    }

    [SharedFact]
    public async Task UseAndBench_StoppedBox_AreInForceAtTheNextLook()
    {
        var config = Configure();

        var used = await Run(null, "models", "use", "detector=yunet-n", "--config", config);
        var benched = await Run(null, "bench", "model", "yunet-n", "--seconds", "0.05", "--write", "--json", "--config", config);
        var listed = await Run(null, "models", "list", "--check", "--json", "--config", config);
        var wrong = await Run(null, "models", "use", "nose=yunet-n", "--config", config);

        Assert.True(used.ExitCode == 0, used.Error);
        Assert.True(benched.ExitCode == 0, benched.Error);
        var result = JsonNode.Parse(benched.Output)!;
        var rows = result["results"]![0]!["rows"]!.AsArray();
        Assert.True(rows.Count >= 5);
        Assert.All(rows, row => Assert.True((int)row!["runs"]! > 0));
        var best = result["results"]![0]!["best"]!["options"]!;
        var list = JsonNode.Parse(listed.Output)!;
        Assert.Equal((string)result["cpu"]!, (string)list["cpu"]!);
        var inUse = list["models"]!.AsArray().Single(model => (string)model!["name"]! == "yunet-n")!;
        Assert.True((bool)inUse["inUse"]!);
        Assert.True((bool)inUse["loaded"]!);
        Assert.StartsWith((int)best["threads"]! == 1 ? "1 thread," : $"{best["threads"]} threads,", (string)inUse["options"]!, StringComparison.Ordinal);
        Assert.Equal(2, wrong.ExitCode);

        // What the user says wins over what was measured.
        var explicitly = await Run(null, "models", "list", "--json", "--config", Configure("\"Threads\": 7"));
        Assert.StartsWith(
            "7 threads,",
            (string)JsonNode.Parse(explicitly.Output)!["models"]!.AsArray().Single(model => (string)model!["name"]! == "yunet-n")!["options"]!,
            StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Use_RunningBox_GoesOverRestWithAToken()
    {
        var port = DemoBroker.FreePort();
        var configuration = BoxConfiguration.Of(null);
        configuration["Api"]!["Listen"] = new JsonArray($"http://127.0.0.1:{port}");
        await using var box = new Box(configuration);
        await box.Start();
        var config = Path.Combine(_folder.Path, "running.json");
        await File.WriteAllTextAsync(config, box.Configuration.ToJsonString());

        var without = await Run(null, "models", "use", "detector=yunet-n", "--config", config);
        var with = await Run(null, "models", "use", "detector=yunet-n", "--config", config, "token:" + box.Token);
        var unknown = await Run(null, "models", "use", "detector=nonesuch", "--config", config, "token:" + box.Token);
        var models = (await box.Get("/api/v1/models")).AsArray();

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("WATCHPOST_TOKEN", without.Error, StringComparison.Ordinal);
        Assert.True(with.ExitCode == 0, with.Error);
        Assert.Contains("the daemon says: There is no detector 'nonesuch'", unknown.Error, StringComparison.Ordinal);
        Assert.True((bool)models.Single(model => (string)model!["name"]! == "yunet-n")!["inUse"]!);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(string? trusted, params string[] arguments)
    {
        var start = DaemonProgram.Start(null, [.. arguments.Where(argument => !argument.StartsWith("token:", StringComparison.Ordinal))]);
        start.Environment.Remove("WATCHPOST_TOKEN");
        if (trusted is not null)
            start.Environment["SSL_CERT_FILE"] = trusted;
        if (arguments.FirstOrDefault(argument => argument.StartsWith("token:", StringComparison.Ordinal)) is { } token)
            start.Environment["WATCHPOST_TOKEN"] = token["token:".Length..];
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience.Long);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private string Configure(string inference = "\"Threads\": 0")
    {
        var path = Path.Combine(_folder.Path, "appliance.json");
        File.WriteAllText(
            path,
            $$"""{ "Appliance": { "DataDirectory": "{{Data}}" }, "Mqtt": { "Enabled": false }, "Inference": { "Providers": [ "cpu" ], {{inference}} } }""");
        return path;
    }

    private void AddToCatalogue(ModelEntry entry)
    {
        Directory.CreateDirectory(Models);
        File.WriteAllText(
            Path.Combine(Models, ModelCatalogue.LocalFile), JsonSerializer.Serialize(new { models = new[] { entry } }, ModelManifest.Json));
    }
}
