using Appliance.IntegrationTests.Support;
using Appliance.Native.OnnxRuntime;

namespace Appliance.IntegrationTests.Inference;

public class OrtRuntimeTests
{
    [Fact]
    public void Load_LibraryOfTheCheckout_OffersTheApi()
    {
        var runtime = OrtRuntime.Load();

        Assert.True(runtime.IsAvailable, runtime.WhyNot);
        Assert.True(Version.Parse(runtime.Version) >= new Version(1, 16), runtime.Version);
        Assert.Contains("CPUExecutionProvider", runtime.Providers);
        Assert.Same(runtime, OrtRuntime.Load("/another/path.so"));
    }

    [Fact]
    public void Probe_NothingLoads_SaysWhereItLookedAndWhy()
    {
        var notALibrary = Path.GetTempFileName();
        try
        {
            var runtime = OrtRuntime.Probe(["/no/such/libonnxruntime.so.1", notALibrary, "libc.so.6"]);

            Assert.False(runtime.IsAvailable);
            Assert.Contains("/no/such/libonnxruntime.so.1: no such file", runtime.WhyNot, StringComparison.Ordinal);
            Assert.Contains(notALibrary, runtime.WhyNot, StringComparison.Ordinal);
            Assert.Contains("OrtGetApiBase", runtime.WhyNot, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(notALibrary);
        }
    }

    [SharedFact]
    public void Open_DynamicDetector_ReadsNamesAndShapes()
    {
        using var session = OrtSession.Open(
            OrtRuntime.Load(), Path.Combine(Checkout.Shared, "models", "yunet_s_dynamic.onnx"), new());

        var input = Assert.Single(session.Inputs);
        Assert.Equal("input", input.Name);
        Assert.Equal([-1, 3, -1, -1], input.Shape);
        Assert.Equal(12, session.Outputs.Count);
        Assert.Contains(session.Outputs, output => output.Name == "kps_32" && output.Shape[^1] == 10);
    }

    [Fact]
    public void Open_Model_LeavesTheThreadsArithmeticAlone()
    {
        var thread = new Thread(Check);
        thread.Start();
        thread.Join();
        Assert.True(_halved > 0, "Denormal numbers are flushed to zero on the thread that opened a session.");
    }

    private double _halved;

    private void Check()
    {
        var tiny = double.BitDecrement(2.2250738585072014e-308);
        using (OrtSession.Open(OrtRuntime.Load(), Path.Combine(Checkout.Root, "models", "builtin", "face-detector.onnx"), new()))
            _halved = tiny / 2;
    }

    [SharedFact]
    public void Open_NoModel_ThrowsTheLibrarysReason()
    {
        var error = Assert.Throws<OrtException>(
            () => OrtSession.Open(OrtRuntime.Load(), Path.Combine(Checkout.Shared, "models", "MANIFEST.json"), new()));

        Assert.NotEmpty(error.Message);
    }

    [SharedFact]
    public void BindInput_UnknownName_Throws()
    {
        using var session = OrtSession.Open(
            OrtRuntime.Load(), Path.Combine(Checkout.Shared, "models", "yunet_s_dynamic.onnx"), new());
        using var binding = new OrtBinding(session);

        Assert.Throws<OrtException>(() => binding.BindInput("nonesuch", 1, 3, 32, 32));
    }
}
