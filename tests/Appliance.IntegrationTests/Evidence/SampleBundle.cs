using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>The bundle in docs/samples.</summary>
internal static class SampleBundle
{
    /// <summary>A copy that the test may change.</summary>
    public static byte[] Read() =>
        File.ReadAllBytes(Assert.Single(Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs", "samples"), "evidence-*.zip")));
}
