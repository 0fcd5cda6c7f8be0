using Appliance.Core.Outputs;

namespace Appliance.Delivery.Outputs;

/// <summary>Opens what the configuration names, and lets go of what a dead process held.</summary>
public static class OutputDrivers
{
    /// <param name="options">Driver and lines; line n of the driver is the n-th of them.</param>
    /// <param name="initial">Level of each line from the first moment on.</param>
    /// <exception cref="Native.Gpio.GpioException">The chip or a line cannot be had.</exception>
    public static IOutputDriver Open(OutputsOptions options, Func<OutputOptions, bool> initial) => options.Driver switch
    {
        OutputDriverKind.Gpio => new GpioDriver(options, initial),
        _ => new SimulatedDriver([.. options.Lines.Select(initial)], StateFile(options)),
    };

    /// <summary>
    /// Brings every line to its state for stop and gives it back: for a daemon that was killed and could not. Running it again, or
    /// after a clean stop, changes nothing.
    /// </summary>
    /// <exception cref="Native.Gpio.GpioException">A line is still in use: the daemon runs.</exception>
    public static void Release(OutputsOptions options)
    {
        if (options.Lines.Count == 0)
            return;

        using var driver = Open(options, static line => line.OnAtStop);
        for (var i = 0; i < options.Lines.Count; i++)
            driver.Set(i, options.Lines[i].OnAtStop);
    }

    private static SimulatedStateFile? StateFile(OutputsOptions options) => options.StateFile is { Length: > 0 } path
        ? new(path, [.. options.Lines.Select(line => line.Id)])
        : null;
}
