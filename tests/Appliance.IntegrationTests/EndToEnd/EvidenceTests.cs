using System.Text;
using System.Text.Json.Nodes;
using Appliance.Capture.Photos;
using Appliance.Capture.Serving;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>An alert of a running box becomes evidence that somebody else can check.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class EvidenceTests(FaceVideo video)
{
    [Fact]
    public async Task Run_AlertOfACamera_BecomesEvidenceThatVerifies()
    {
        using var cameras = RtspServer.Start();
        await using var box = new Box(Configuration(cameras.Mount("/gate", video.Path).Url, "00:00:01"));
        await box.Start();
        var record = await Patience.Until("complete evidence", async () => First(await box.Get("/api/v1/evidence?state=complete")));
        var alert = (string)record["alert"]!;

        var zip = (await box.Fetch($"/api/v1/alerts/{alert}/evidence/export")).Content;
        var open = (await box.Fetch($"/api/v1/alerts/{alert}/evidence/export?original=true&reason=a%20test%20of%20it")).Content;
        var view = await box.Get($"/api/v1/alerts/{alert}/evidence");

        // The clip: MP4 with its index first, H.264, ranges.
        var clip = (await box.Fetch($"/api/v1/alerts/{alert}/evidence/artefacts/clip.mp4?original=true&reason=to%20see%20it")).Content;
        Assert.Equal(["ftyp", "moov", "mdat"], Boxes(clip).Where(name => name != "free"));
        Assert.True(clip.AsSpan().IndexOf("avc1"u8) > 0);
        var (status, part) = await box.Fetch($"/api/v1/alerts/{alert}/evidence/artefacts/clip.mp4?original=true&reason=to%20see%20it", "bytes=100-299");
        Assert.Equal((206, Convert.ToHexString(clip[100..300])), (status, Convert.ToHexString(part)));
        using (var snapshot = PhotoDecoder.Decode((await box.Fetch($"/api/v1/alerts/{alert}/evidence/artefacts/snapshot.jpg")).Content))
            Assert.Equal((480, 480), (snapshot.Width, snapshot.Height));
        Assert.Equal(400, (await box.Fetch($"/api/v1/alerts/{alert}/evidence/artefacts/clip.mp4?original=true")).Status);
        Assert.Equal(["clip.mp4", "face.jpg", "snapshot.jpg", "tracks.json"], view["artefacts"]!.AsArray().Select(one => (string)one!["name"]!).Order());
        Assert.NotEmpty((string)view["manifest"]!["models"]![0]!["sha256"]!);

        // The bundles.
        var address = (string)view["manifest"]!["device"]!["address"]!;
        Assert.True(EthereumAddress.TryParse(address, out var expected));
        var verifier = new BundleVerifier(SignerRecovery.Instance);
        foreach (var bundle in (byte[][])[zip, open])
        {
            var report = verifier.Verify(bundle, expected);
            Assert.True(report.Holds, string.Join('\n', report.Checks));
        }

        var names = StoredZip.Read(zip, out _).Select(entry => entry.Name).ToList();
        Assert.Contains("masked/clip.mp4", names);
        Assert.Contains("masked/snapshot.jpg", names);
        Assert.DoesNotContain("artefacts/clip.mp4", names);
        Assert.Contains("artefacts/clip.mp4", StoredZip.Read(open, out _).Select(entry => entry.Name));

        // Who looked, and what was written.
        var audit = (await box.Get("/api/v1/audit?action=evidence.&limit=50"))["items"]!.AsArray().Select(line => $"{line!["action"]} {line["summary"]}").ToList();
        Assert.Contains("evidence.export masked", audit);
        Assert.Contains("evidence.export original: a test of it", audit);
        Assert.Contains("evidence.view clip.mp4, original: to see it", audit);
        Assert.Contains("evidence.view snapshot.jpg, masked", audit);
        var metrics = Encoding.UTF8.GetString((await box.Fetch("/metrics")).Content);
        Assert.Contains("watchpost_evidence_written_today_bytes ", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KilledWhileRecording_TheAlertIsThereAndItsEvidenceSaysWhyNot()
    {
        using var cameras = RtspServer.Start();
        var configuration = Configuration(cameras.Mount("/gate", video.Path).Url, "00:01:00");
        await using var box = new Box(configuration);
        await box.Start();
        await Patience.Until("an alert", async () => (await box.Alerts()).Count > 0 ? "" : null);

        await box.Process.Kill();
        configuration["Cameras"] = new JsonArray();
        await box.Start();

        var alerts = await box.Alerts();
        Assert.NotEmpty(alerts);
        foreach (var alert in alerts.Values)
        {
            var record = (await box.Get($"/api/v1/alerts/{alert}/evidence"))["record"]!;
            Assert.Equal("missing", (string)record["state"]!);
            Assert.Contains("stopped", (string)record["reason"]!, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(box.Data, "evidence"), "*.wpe", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Run_StoppedWhileRecording_TheClipIsCutShortAndSaysSo()
    {
        using var cameras = RtspServer.Start();
        var configuration = Configuration(cameras.Mount("/gate", video.Path).Url, "00:01:00");
        await using var box = new Box(configuration);
        await box.Start();
        await Patience.Until("an alert", async () => (await box.Alerts()).Count > 0 ? "" : null);

        Assert.Equal(0, await box.Process.Stop());
        configuration["Cameras"] = new JsonArray();
        await box.Start();

        var alert = (await box.Alerts()).Values.First();
        var view = await box.Get($"/api/v1/alerts/{alert}/evidence");
        var clip = view["manifest"]!["artefacts"]!.AsArray().Single(one => (string)one!["name"]! == "clip.mp4")!;
        Assert.Equal("the program was stopped before the clip's end", (string)clip["note"]!);
    }

    private static JsonObject Configuration(string source, string postRoll)
    {
        var configuration = BoxConfiguration.Of(null, ("gate", source));
        configuration["Cameras"]![0]!["PreRollSeconds"] = 10;
        configuration["Alerts"]!["Cooldown"] = "00:10:00";
        configuration["Evidence"] = new JsonObject { ["PreRoll"] = "00:00:02", ["PostRoll"] = postRoll, ["MinFreeBytes"] = 0 };
        return configuration;
    }

    private static JsonNode? First(JsonNode page) => page["items"]!.AsArray().LastOrDefault();

    private static List<string> Boxes(byte[] mp4)
    {
        var names = new List<string>();
        for (var at = 0; at + 8 <= mp4.Length; at += Math.Max(8, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(mp4.AsSpan(at))))
            names.Add(Encoding.ASCII.GetString(mp4, at + 4, 4));
        return names;
    }
}
