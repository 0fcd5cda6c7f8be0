using Appliance.Core.Learning;

namespace Appliance.Learning.Heads;

/// <summary>One labelled thing in the form a head takes it.</summary>
/// <param name="Key">Names it for the hold-out split: the alert's id.</param>
/// <param name="IsPositive">The label.</param>
/// <param name="Input">Features; or the probe's embedding for the adapter, L2-normalised.</param>
/// <param name="Gallery">The enrolled embedding, L2-normalised; empty for heads without one.</param>
public sealed record HeadExample(string Key, bool IsPositive, float[] Input, float[] Gallery)
{
    public static HeadExample From(TrainingSample sample) => new(sample.Alert.Value, sample.IsConfirmed, sample.Features, []);
}
