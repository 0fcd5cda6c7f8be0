using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence;
using Appliance.Core.Evidence.Manifests;

namespace Appliance.UnitTests.Core.Evidence.Manifests;

public class ManifestJsonTests
{
    private static readonly EvidenceManifest s_manifest = new()
    {
        Device = new("7F3A", "Pole 07", "gate", null, null, "1.0", "b0", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"),
        Alert = new(
            "01K", 41, "watchlist", "critical", "2026-11-21T12:00:00.000Z", "", "", "", 3, new(1, 2, 3.5, 4), 640, 360,
            ManifestJson.Figure(0.93f), 1.5, new("p1", "banned", 0.7, 0.2, 0.5, 3)),
        Camera = new("gate", "Gate", "h264"),
        Clock = new(true, "2026-11-21T12:00:05.000Z", 12.25),
        Artefacts = [new("snapshot.jpg", "image/jpeg", 3, new string('0', 64), "bafkrei")],
        Missing = [new("clip.mp4", "the disk is full")],
    };

    [Fact]
    public void Write_Manifest_IsCanonicalAndReadsBack()
    {
        var json = ManifestJson.Write(s_manifest);

        Assert.Equal(json, CanonicalJson.Transform(json));
        Assert.Equal(json, ManifestJson.Write(ManifestJson.Read(json)));
        Assert.Contains("\"detectionScore\":0.93,", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\n")]
    public void Read_WhiteSpaceAdded_IsRefused(string space) =>
        Assert.Throws<JsonException>(() => ManifestJson.Read((byte[])[.. ManifestJson.Write(s_manifest), .. Encoding.UTF8.GetBytes(space)]));

    [Fact]
    public void Read_OtherFormat_IsRefused() =>
        Assert.Throws<JsonException>(() => ManifestJson.Read(ManifestJson.Write(s_manifest with { Format = "watchpost-evidence-v2" })));

    [Fact]
    public void Digest_OneFieldChanged_IsAnother() => Assert.NotEqual(
        ManifestJson.Digest(ManifestJson.Write(s_manifest)),
        ManifestJson.Digest(ManifestJson.Write(s_manifest with { Missing = [] })));
}
