using System.Net.Sockets;
using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>Mails: one connection each, because alerts are rare and servers close idle ones.</summary>
internal sealed class EmailChannel(EmailOptions options, NotificationsOptions all, ApplianceIdentity identity, TimeProvider clock) : INotificationChannel
{
    private readonly MessageTemplate _text = new(options.Text, all, identity);
    private readonly MessageTemplate _subject = new(options.Subject, all, identity);

    public string Kind => "email";

    public async Task Send(Alert alert, CancellationToken cancel)
    {
        // The id is the alert's: a mail that is sent again, because an answer was lost, is known as the same.
        var mail = MailText.Write(
            options.Sender, options.Receivers, _subject.Fill(alert), _text.Fill(alert),
            $"{alert.Id}.{options.Name}@{identity.Serial}.watchpost.invalid", clock.GetUtcNow());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Timeout);
        try
        {
            using var session = await SmtpSession.Open(options, ClientName(), limit.Token).ConfigureAwait(false);
            await session.Send(options.Sender, options.Receivers, mail, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NotificationException($"the mail server did not finish within {options.Timeout.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new NotificationException(error.Message);
        }
    }

    public void Dispose()
    {
    }

    // RFC 5321 §4.1.3: a box rarely has a name of its own that others can look up.
    private static string ClientName() => "[127.0.0.1]";
}
