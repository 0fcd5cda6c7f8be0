using Appliance.Core.Outputs;
using Appliance.Native.Gpio;

namespace Appliance.Delivery.Outputs;

/// <summary>Lines of a GPIO chip. The kernel applies the polarity; a failing call throws <see cref="GpioException"/>.</summary>
public sealed class GpioDriver : IOutputDriver
{
    private readonly GpioOutputs _outputs;

    /// <exception cref="GpioException">No such chip or line, no permission, or a line is in use.</exception>
    public GpioDriver(OutputsOptions options) => _outputs = GpioOutputs.Open(
        options.Chip,
        [.. options.Lines.Select(line => new GpioLine(line.Line, line.ActiveLow, line.OpenDrain, line.OnAtStart))],
        "watchpost");

    /// <inheritdoc/>
    public void Set(int line, bool active) => _outputs.Set(line, active);

    /// <inheritdoc/>
    public bool Get(int line) => _outputs.Get(line);

    public void Dispose() => _outputs.Dispose();
}
