using Appliance.Core.Outputs;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Keeps sirens quiet while SCADA inhibits them, whoever switches them on. Ends with the process: a restart lets them sound.</summary>
internal sealed class SirenGuard(IOutputBank outputs, IReadOnlyCollection<OutputId> sirens)
{
    private const string Reason = "inhibited by SCADA";

    private volatile bool _inhibited;

    public void Inhibit(bool inhibit)
    {
        _inhibited = inhibit;
        if (!inhibit)
            return;

        foreach (var siren in sirens)
            outputs.Set(siren, false, Reason);
    }

    /// <summary>Called with every change of an output.</summary>
    public void Changed(OutputState state)
    {
        if (_inhibited && state.Active && sirens.Contains(state.Id))
            outputs.Set(state.Id, false, Reason);
    }
}
