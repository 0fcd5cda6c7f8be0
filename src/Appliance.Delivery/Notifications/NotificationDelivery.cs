using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Notifications;

/// <summary>All targets of notifications, each with a durable queue of its own (<c>notify.&lt;name&gt;</c>).</summary>
public sealed class NotificationDelivery : IDisposable
{
    private readonly NotificationSender[] _senders;
    private readonly TimeProvider _clock;
    private readonly Guid _boot;

    /// <param name="options">Validated.</param>
    /// <param name="identity">Who the box is.</param>
    /// <param name="outbox">The outbox of each of <see cref="Destinations"/>.</param>
    /// <param name="sms">Sends text messages.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the logger.</param>
    public NotificationDelivery(
        NotificationsOptions options, ApplianceIdentity identity, Func<string, IOutbox> outbox, ISmsSender sms, TimeProvider clock,
        ILoggerFactory loggers)
    {
        (_clock, _boot) = (clock, identity.BootId);
        var logger = loggers.CreateLogger<NotificationDelivery>();
        _senders =
        [
            .. options.Targets.Select(target => new NotificationSender(
                target, options, Channel(target, options, identity, sms, clock), outbox(Destination(target)), clock, logger,
                one => Abandoned?.Invoke(one))),
        ];
    }

    /// <summary>Raised for a message that will not be sent any more; handlers must not block.</summary>
    public event Action<AbandonedNotification>? Abandoned;

    /// <summary>How each target does.</summary>
    public IReadOnlyList<NotificationStatus> Status => [.. _senders.Select(sender => sender.Status)];

    /// <summary>Names of the outboxes that these options write to.</summary>
    public static IReadOnlyList<string> Destinations(NotificationsOptions options) => [.. options.Targets.Select(Destination)];

    /// <summary>Sends until stopped.</summary>
    public Task Run(CancellationToken stopping) => Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.Run(stopping), CancellationToken.None)));

    /// <summary>Sends a sample to a target at once. Null: there is no such target.</summary>
    public async Task<(bool Sent, string? Reason)?> Test(string name, CancellationToken cancel)
    {
        if (_senders.FirstOrDefault(sender => sender.Name == name) is not { } sender)
            return null;

        var reason = await sender.Test(Sample(), cancel).ConfigureAwait(false);
        return (reason is null, reason);
    }

    public void Dispose()
    {
        foreach (var sender in _senders)
            sender.Dispose();
    }

    private static string Destination(NotificationTargetOptions target) => "notify." + target.Name;

    private static INotificationChannel Channel(
        NotificationTargetOptions target, NotificationsOptions options, ApplianceIdentity identity, ISmsSender sms, TimeProvider clock) => target switch
        {
            WebhookOptions webhook => new WebhookChannel(webhook, options, identity, clock),
            EmailOptions email => new EmailChannel(email, options, identity, clock),
            SmsOptions text => new SmsChannel(text, options, identity, sms),
            _ => throw new ArgumentException($"{target.GetType()} is no target", nameof(target)),
        };

    // Names nobody, and says in every template that it is a test.
    private Alert Sample() => new()
    {
        Id = new(Core.Ulid.New(_clock.GetUtcNow())),
        BootId = _boot,
        Kind = "test",
        Severity = Severity.Info,
        Camera = CameraId.Box,
        Utc = _clock.GetUtcNow(),
        Detail = "This is a test.",
    };
}
