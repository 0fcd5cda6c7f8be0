namespace Appliance.Delivery.Notifications;

/// <summary>Sends text messages.</summary>
public interface ISmsSender
{
    /// <summary>Returns when the network took the message.</summary>
    /// <exception cref="SmsException">It did not; the message says why.</exception>
    Task Send(string number, string text, CancellationToken cancel);
}

/// <summary>No modem, no network, or the message was refused.</summary>
public sealed class SmsException(string message) : Exception(message);
