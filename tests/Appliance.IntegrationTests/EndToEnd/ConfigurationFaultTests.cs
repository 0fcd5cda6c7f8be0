using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>A configuration that cannot be used: every fault at once, and nothing is begun.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class ConfigurationFaultTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("config check")]
    public async Task Verb_SeveralFaults_NamesEachPathAndEndsWithTwo(string verb)
    {
        using var folder = new TemporaryFolder();
        var (data, file) = (Path.Combine(folder.Path, "data"), Path.Combine(folder.Path, "appliance.json"));
        await File.WriteAllTextAsync(file, $$"""
            {
              "Appliance": { "Name": 7, "DataDirectory": "{{data}}" },
              "Cameras": [
                { "Id": "Gate!", "Source": "rtsp://127.0.0.1/gate", "FramesPerSecond": 1000 },
                { "Id": "yard", "Source": "gopher://operator:hunter2-secret@127.0.0.1/yard" }
              ],
              "Mqtt": { "Port": 70000 },
              "Alertz": {},
              "Api": { "Listen": [ "http://0.0.0.0:8080" ] }
            }
            """);

        var (code, output, error) = await DaemonProgram.Run(Patience.Long, [.. verb.Split(' '), "--config", file]);

        Assert.Equal(2, code);
        var said = output + error;
        string[] paths =
        [
            "Appliance.Name", "Cameras[0].Id", "Cameras[0].FramesPerSecond", "Cameras[1].Source", "Mqtt.Port", "Alertz", "Api.Listen[0]",
        ];
        Assert.All(paths, path => Assert.Contains(path + ":", said, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2-secret", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }
}
