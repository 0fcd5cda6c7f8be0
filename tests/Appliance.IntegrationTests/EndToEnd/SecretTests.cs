using System.Text;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>What must stay within the box: not in the log, not readable on its disk.</summary>
[Collection(EndToEndCollection.Name)]
[Trait("needs", "mosquitto")]
public sealed class SecretTests(FaceVideo video)
{
    private const string Name = "Zoë Quellenthal-Östberg";
    private const string StreamPassword = "strm-Zq7wPx31";

    [MosquittoFact]
    public async Task Run_PersonRecognised_NoSecretInLogOrOnDisk()
    {
        using var cameras = RtspServer.Start(username: "viewer", password: StreamPassword);
        await using var broker = await AlertInbox.StartBroker();
        using var inbox = await AlertInbox.Open(broker);
        var gate = cameras.Mount("/gate", video.Path).Url.Replace("rtsp://", $"rtsp://viewer:{StreamPassword}@", StringComparison.Ordinal);
        var configuration = BoxConfiguration.Of(broker, ("gate", gate));
        configuration["Log"] = new System.Text.Json.Nodes.JsonObject { ["Level"] = "Debug" };
        await using var box = new Box(configuration);
        await box.Start();
        var code = box.ClaimCode!;
        // One whose password is kept by the box itself, and is wrong: faults are where passwords slip out.
        await box.Post("/api/v1/cameras", new
        {
            id = "yard",
            source = cameras.Mount("/yard", video.Path).Url,
            username = "viewer",
            password = StreamPassword + "-wrong",
        });
        await box.Enrol(Name, video.Photos);

        await inbox.Until("the person by name", () => inbox.Alerts.Values.Any(alert => (string?)alert["match"]?["name"] == Name));
        await box.Camera("yard", "is refused", camera => (string)camera["state"]! == "lost");
        var token = box.Token;
        AssertNotOnDisk(box);
        Assert.Equal(0, await box.Process.Stop());

        var log = box.Process.Log;
        string[] secrets = [StreamPassword, code, code.Replace("-", "", StringComparison.Ordinal), token, Box.Password, Name, "Quellenthal"];
        Assert.Contains("Alert ", log, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase));
        AssertNotOnDisk(box);
        // ONNX Runtime's telemetry leaves a device id in the home folder and a log in /tmp.
        Assert.False(Directory.Exists(Path.Combine(box.Home, ".cache", "Microsoft")));
        Assert.False(File.Exists($"/tmp/mat-debug-{box.Process.Id}.log"));
    }

    private void AssertNotOnDisk(Box box)
    {
        // The daemon's lock is empty, and cannot be opened while it runs. What comes and goes meanwhile has gone.
        var files = Directory.EnumerateFiles(box.Data, "*", SearchOption.AllDirectories)
            .Select(file => (Path: file, Bytes: ReadShared(file))).Where(file => file.Bytes.Length > 0).ToList();
        Assert.Contains(files, file => file.Bytes.Length > 4096);
        (string What, byte[] Bytes)[] secrets =
        [
            ("name, UTF-8", Encoding.UTF8.GetBytes(Name)),
            ("name, UTF-16", Encoding.Unicode.GetBytes(Name)),
            ("stream password", Encoding.UTF8.GetBytes(StreamPassword)),
            ("login password", Encoding.UTF8.GetBytes(Box.Password)),
            ("token", Encoding.UTF8.GetBytes(box.Token)),
            .. video.Photos.Select((photo, i) => ($"photo {i}", photo.AsSpan(photo.Length / 2, 48).ToArray())),
        ];
        foreach (var (path, bytes) in files)
            Assert.All(secrets, secret => Assert.True(bytes.AsSpan().IndexOf(secret.Bytes) < 0, $"{secret.What} lies in {path}"));
    }

    private static byte[] ReadShared(string file)
    {
        try
        {
            if (new FileInfo(file).Length == 0)
                return [];

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return all.ToArray();
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
