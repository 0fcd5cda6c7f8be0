using Appliance.Core.Evidence.Bundles;
using Appliance.Daemon.Evidence.Keys;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>The sample in docs/samples, made by a box that watched the rendered scene.</summary>
public sealed class SampleBundleTests
{
    [Fact]
    public void Verify_Sample_HoldsAndIsSmall()
    {
        var zip = Sample();

        var report = new BundleVerifier(SignerRecovery.Instance).Verify(zip);

        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.InRange(zip.Length, 1, 1_000_000);
        Assert.Contains("masked/clip.mp4", StoredZip.Read(zip, out _).Select(entry => entry.Name));
    }

    [Fact]
    public void Verify_SampleWithOneBitFlipped_NeverHolds()
    {
        var zip = Sample();
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

    private static byte[] Sample() =>
        File.ReadAllBytes(Assert.Single(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs", "samples"), "evidence-*.zip")));
}
