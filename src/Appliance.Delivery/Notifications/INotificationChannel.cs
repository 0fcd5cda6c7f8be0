using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>Tells one target of one alert.</summary>
internal interface INotificationChannel : IDisposable
{
    /// <summary>webhook, email or sms.</summary>
    string Kind { get; }

    /// <summary>Returns when the other side has taken it.</summary>
    /// <exception cref="NotificationException">It did not.</exception>
    Task Send(Alert alert, CancellationToken cancel);
}

/// <summary>The message was not taken.</summary>
/// <param name="reason">Why, without secrets.</param>
/// <param name="isFinal">Trying again would not help.</param>
/// <param name="after">When the other side asks to be tried again; null = it says nothing.</param>
internal sealed class NotificationException(string reason, bool isFinal = false, TimeSpan? after = null) : Exception(reason)
{
    public bool IsFinal => isFinal;

    public TimeSpan? After => after;
}
