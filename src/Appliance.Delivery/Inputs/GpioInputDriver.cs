using Appliance.Core.Inputs;
using Appliance.Native.Gpio;

namespace Appliance.Delivery.Inputs;

/// <summary>Lines of a GPIO chip. The kernel applies polarity and debounce.</summary>
public sealed class GpioInputDriver : IInputDriver
{
    private readonly GpioInputs _inputs;

    /// <exception cref="GpioException">No such chip or line, no permission, or a line is in use.</exception>
    public GpioInputDriver(InputsOptions options) => _inputs = GpioInputs.Open(
        options.Chip,
        [.. options.Lines.Select(line => new GpioInputLine(line.Line, line.ActiveLow, BiasOf(line.Bias), line.Debounce))],
        "watchpost");

    /// <inheritdoc/>
    public bool Debounces => true;

    /// <inheritdoc/>
    public bool Get(int line) => _inputs.Get(line);

    /// <inheritdoc/>
    public void Start(Action<int, bool> changed, Action<Exception> failed) => _inputs.Start(changed, failed);

    public void Dispose() => _inputs.Dispose();

    private static GpioBias BiasOf(InputBias bias) => bias switch
    {
        InputBias.PullUp => GpioBias.PullUp,
        InputBias.PullDown => GpioBias.PullDown,
        InputBias.None => GpioBias.Disabled,
        _ => GpioBias.AsIs,
    };
}
