using Appliance.Native.OnnxRuntime;

namespace Appliance.UnitTests.Native.OnnxRuntime;

public class OrtLibraryLocatorTests
{
    [Fact]
    public void Candidates_EverythingGiven_StartsWithTheMostExplicit()
    {
        var candidates = OrtLibraryLocator.Candidates(
            "/etc/ort.so", name => name switch { "WATCHPOST_ONNXRUNTIME" => "/env.so", "WATCHPOST_ROOT" => "/root-folder", _ => null },
            "/nowhere/to/be/found").ToList();

        Assert.Equal("/env.so", candidates[0]);
        Assert.Equal("/etc/ort.so", candidates[1]);
        Assert.StartsWith("/root-folder/native/onnxruntime/linux-", candidates[2], StringComparison.Ordinal);
        Assert.Equal("libonnxruntime.so.1", candidates[^1]);
    }

    [Fact]
    public void Candidates_NothingGiven_AsksTheInstalledFolderThenTheSystem() =>
        Assert.Equal(
            ["/usr/lib/watchpost/libonnxruntime.so.1", "libonnxruntime.so.1"],
            OrtLibraryLocator.Candidates(null, _ => null, "/nowhere/to/be/found"));
}
