using Appliance.Inference.Graphs;
using Appliance.IntegrationTests.Support;
using Appliance.Native.OnnxRuntime;

namespace Appliance.IntegrationTests.Inference;

public class LeakyReluRewriterTests
{
    [SharedFact]
    public void Rewrite_RealEmbedder_GivesTheSameNumbers()
    {
        var path = Path.Combine(Checkout.Shared, "models", "face-reidentification-retail-0095.onnx");
        var runtime = OrtRuntime.Load();
        using var original = OrtSession.Open(runtime, path, new());
        using var rewritten = OrtSession.Open(runtime, LeakyReluRewriter.Rewrite(File.ReadAllBytes(path))!, new());

        var expected = Template(original);

        Assert.Contains(expected, value => Math.Abs(value) > 0.1f);
        Assert.Equal(expected.Length, Template(rewritten).Zip(expected, (a, b) => Math.Abs(a - b)).Count(apart => apart < 1e-4f));
    }

    private static float[] Template(OrtSession session)
    {
        using var binding = new OrtBinding(session);
        var input = binding.BindInput("data", 1, 3, 128, 128);
        var output = binding.BindOutput("embedding", 1, 256);
        var random = new Random(5);
        foreach (ref var value in input.Data)
            value = random.Next(256);
        binding.Run();
        return output.Data.ToArray();
    }
}
