using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Inputs;

/// <summary>Ids 1650–1699, the second half of the outputs' block.</summary>
internal static partial class InputsLog
{
    [LoggerMessage(1650, LogLevel.Information, "Input {Input} {State}")]
    public static partial void InputChanged(this ILogger logger, string input, string state);

    [LoggerMessage(1651, LogLevel.Error, "Inputs are not working: {Reason}")]
    public static partial void InputsFailed(this ILogger logger, string reason);

    [LoggerMessage(1652, LogLevel.Information, "Inputs work again")]
    public static partial void InputsRecovered(this ILogger logger);

    [LoggerMessage(1653, LogLevel.Error, "A listener to input changes failed")]
    public static partial void InputListenerFailed(this ILogger logger, Exception error);
}
