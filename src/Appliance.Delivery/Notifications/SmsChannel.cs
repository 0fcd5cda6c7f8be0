using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>Text messages; when one of several numbers fails, all are told again with the next attempt.</summary>
internal sealed class SmsChannel(SmsOptions options, NotificationsOptions all, ApplianceIdentity identity, ISmsSender sender) : INotificationChannel
{
    // Three parts of a long message; more is a bill and not a message.
    private const int Longest = 300;

    private readonly MessageTemplate _text = new(options.Text, all, identity);

    public string Kind => "sms";

    public async Task Send(Alert alert, CancellationToken cancel)
    {
        var text = _text.Fill(alert);
        try
        {
            foreach (var number in options.Numbers)
                await sender.Send(number, text.Length > Longest ? text[..Longest] : text, cancel).ConfigureAwait(false);
        }
        catch (SmsException error)
        {
            throw new NotificationException(error.Message);
        }
    }

    public void Dispose()
    {
    }
}
