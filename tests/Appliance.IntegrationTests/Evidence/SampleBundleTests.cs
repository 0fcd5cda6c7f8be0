using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Manifests;
using Appliance.Daemon.Evidence.Keys;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>The sample in docs/samples, made by «watchpost demo --evidence docs/samples/evidence-demo.zip».</summary>
public sealed class SampleBundleTests
{
    [Fact]
    public void Verify_Sample_HoldsAndIsSmall()
    {
        var zip = SampleBundle.Read();

        var report = new BundleVerifier(SignerRecovery.Instance).Verify(zip);

        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.InRange(zip.Length, 1, 400_000);
        Assert.Contains("masked/clip.mp4", StoredZip.Read(zip, out _).Select(entry => entry.Name));
    }

    [Fact]
    public void Read_Sample_IsOfAMatchOfTheWatchlist()
    {
        var manifest = ManifestJson.Read(StoredZip.Read(SampleBundle.Read(), out _).Single(entry => entry.Name == "manifest.json").Content);

        Assert.Equal(("watchlist", "critical"), (manifest.Alert.Kind, manifest.Alert.Severity));
        Assert.Equal("banned", manifest.Alert.Match!.Category);
        Assert.True(manifest.Alert.Match.Similarity >= manifest.Alert.Match.Threshold);
        Assert.Empty(manifest.Missing);
    }

    [Fact]
    public void Verify_SampleWithOneBitFlipped_NeverHolds()
    {
        var zip = SampleBundle.Read();
        var verifier = new BundleVerifier(SignerRecovery.Instance);
        var random = new Random(12);

        for (var i = 0; i < 60; i++)
        {
            var (at, bit) = (random.Next(zip.Length), random.Next(8));
            zip[at] ^= (byte)(1 << bit);
            Assert.False(verifier.Verify(zip).Holds, $"bit {bit} of byte {at}");
            zip[at] ^= (byte)(1 << bit);
        }
    }
}
