using Appliance.Core.Outputs;
using Appliance.Native.Gpio;

namespace Appliance.Delivery.Outputs;

/// <summary>Lines of a GPIO chip. The kernel applies the polarity; a failing call throws <see cref="GpioException"/>.</summary>
public sealed class GpioDriver : IOutputDriver
{
    private readonly GpioOutputs _outputs;

    /// <param name="options">Chip and lines.</param>
    /// <param name="initial">Level of each line from the first moment on.</param>
    /// <exception cref="GpioException">No such chip or line, no permission, or a line is in use.</exception>
    public GpioDriver(OutputsOptions options, Func<OutputOptions, bool> initial) => _outputs = GpioOutputs.Open(
        options.Chip,
        [.. options.Lines.Select(line => new GpioLine(line.Line, line.ActiveLow, line.OpenDrain, initial(line)))],
        "watchpost");

    /// <inheritdoc/>
    public void Set(int line, bool active) => _outputs.Set(line, active);

    /// <inheritdoc/>
    public bool Get(int line) => _outputs.Get(line);

    public void Dispose() => _outputs.Dispose();
}
