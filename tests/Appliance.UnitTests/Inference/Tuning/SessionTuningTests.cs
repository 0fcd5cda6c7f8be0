using System.Text;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Tuning;

namespace Appliance.UnitTests.Inference.Tuning;

public class SessionTuningTests
{
    [Fact]
    public void TuningOf_BoxProductAndVendor_TakesTheNearestAndTheBoxFirst()
    {
        var product = Manifest("""{ "amd-25-1": { "a": { "threads": 2 }, "b": { "threads": 3 } }, "amd": { "c": { "threads": 4 } } }""");
        var local = Manifest("""{ "amd-25-1": { "a": { "threads": 5, "spinning": true, "arena": false } } }""");
        var catalogue = new ModelCatalogue(product, [], local);

        Assert.Equal(new SessionTuning { Threads = 5, Spinning = true, Arena = false }, catalogue.TuningOf("a", "amd-25-1"));
        Assert.Equal(3, catalogue.TuningOf("b", "amd-25-1")!.Threads);
        Assert.Equal(4, catalogue.TuningOf("c", "amd-25-1")!.Threads);
        Assert.Null(catalogue.TuningOf("a", "amd-26-1"));
        Assert.Null(catalogue.TuningOf("a", "intel-6-190"));
    }

    [Theory]
    [InlineData("""{ "x": { "a": { "threads": 0 } } }""", "threads")]
    [InlineData("""{ "x": { "a": { "threads": 65 } } }""", "threads")]
    [InlineData("""{ "x": { "a": { "graphOptimization": 3 } } }""", "graphOptimization")]
    [InlineData("""{ "x": { "a": { "treads": 1 } } }""", "treads")]
    public void Parse_OptionOutOfRange_IsNamed(string sessions, string named)
    {
        var error = Assert.Throws<InferenceException>(() => Manifest(sessions));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BenchGoal.Cpu, 10, 10, 9, 20, true)]
    [InlineData(BenchGoal.Cpu, 10, 10, 9.9, 10, false)]
    [InlineData(BenchGoal.Cpu, 10, 10, 10.1, 6, true)]
    [InlineData(BenchGoal.Cpu, 10, 10, 11, 6, false)]
    [InlineData(BenchGoal.Latency, 10, 10, 30, 6, true)]
    [InlineData(BenchGoal.Latency, 10, 10, 9, 10, true)]
    [InlineData(BenchGoal.Latency, 10, 10, 5, 12, false)]
    public void Better_OtherOption_WinsByTheGoalAndThenByTheOther(
        BenchGoal goal, double cpu, double p50, double otherCpu, double otherP50, bool wins)
    {
        var bench = new ModelBench(null!, TimeSpan.Zero, goal);
        var (a, b) = (Row(cpu, p50), Row(otherCpu, otherP50));

        Assert.Same(wins ? b : a, bench.Better(a, b));
    }

    private static BenchRow Row(double cpu, double p50) =>
        new(new(), TimeSpan.FromMilliseconds(p50), TimeSpan.Zero, TimeSpan.FromMilliseconds(cpu), 0, 1);

    private static ModelManifest Manifest(string sessions) =>
        ModelManifest.Parse(Encoding.UTF8.GetBytes($$"""{ "sessions": {{sessions}} }"""), "manifest.json");
}
