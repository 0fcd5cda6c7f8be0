using Appliance.Benchmarks.Delivery;
using Appliance.Benchmarks.Evidence;
using Appliance.Benchmarks.Fabric;
using Appliance.Benchmarks.Index;
using Appliance.Benchmarks.Inference;
using Appliance.Benchmarks.Learning;
using Appliance.Benchmarks.Pipeline;
using Appliance.Benchmarks.Rules;
using Appliance.Benchmarks.Steps;
using Appliance.Benchmarks.Store;

namespace Appliance.Benchmarks;

/// <summary>The reports by name; each returns an exit code.</summary>
internal static class Reports
{
    public static readonly SortedDictionary<string, Func<string[], int>> All = new(StringComparer.Ordinal)
    {
        ["index"] = IndexReport.Run,
        ["outbox"] = OutboxReport.Run,
        ["inference"] = InferenceReport.Run,
        ["cameras"] = CamerasReport.Run,
        ["companion"] = CompanionReport.Run,
        ["evidence"] = EvidenceReport.Run,
        ["fabric"] = FabricReport.Run,
        ["learning"] = LearningReport.Run,
        ["pipeline"] = PipelineReport.Run,
        ["rules"] = RulesReport.Run,
        ["steps"] = StepsReport.Run,
        ["store"] = StoreReport.Run,
    };
}
