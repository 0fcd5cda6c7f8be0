using Appliance.Core.Alerts;
using Appliance.Delivery;
using Appliance.Delivery.Notifications;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Notifications;

public class WebhookTests
{
    private static readonly ApplianceIdentity s_identity = new("7F3A", "Pole 07", "1.0", SampleAlerts.BootId);

    [Fact]
    public async Task Run_ReceiverFailsForAWhile_SendsSignedAndOnce()
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answers.Enqueue(503);
        receiver.Answers.Enqueue(429);
        await using var running = Running.Start(new() { Webhooks = [Hook(receiver.Url)], Cooldown = TimeSpan.Zero });
        var alert = Fresh(1);

        running.Outbox.Add(alert);
        var (id, body) = await receiver.Next();
        await running.Outbox.WhenEmpty();

        Assert.Equal((3, 0), (receiver.Calls, receiver.Forged));
        Assert.Equal(alert.Id.Value, id);
        Assert.Equal("watchpost.alert.watchlist", (string)body["type"]!);
        Assert.Equal(alert.Match!.Name, (string)body["data"]!["match"]!["name"]!);
        Assert.False(receiver.HasMore);
        Assert.Null(running.Status.Fault);
        Assert.Equal(1, running.Status.Sent);
        Assert.Equal(0, running.Status.Abandoned);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(410)]
    [InlineData(302)]
    public async Task Run_RefusedForGood_ParksItWithTheReasonAndGoesOn(int answer)
    {
        await using var receiver = await WebhookReceiver.Start();
        receiver.Answers.Enqueue(answer);
        await using var running = Running.Start(new() { Webhooks = [Hook(receiver.Url)], Cooldown = TimeSpan.Zero });
        var (bad, good) = (Fresh(1), Fresh(2));

        running.Outbox.Add(bad, good);
        var (id, _) = await receiver.Next();
        await running.Outbox.WhenEmpty();

        Assert.Equal(good.Id.Value, id);
        Assert.Equal(2, receiver.Calls);
        var parked = Assert.Single(running.Abandoned);
        Assert.Equal((bad.Id.Value, 1L), (parked.AlertId, parked.Seq));
        Assert.Contains($"{answer}", parked.Reason);
    }

    [Fact]
    public async Task Run_NamesNotAllowed_SendsNone()
    {
        await using var receiver = await WebhookReceiver.Start();
        await using var running = Running.Start(new() { Webhooks = [Hook(receiver.Url)], IncludeNames = false });

        running.Outbox.Add(Fresh(1));
        var (_, body) = await receiver.Next();

        Assert.DoesNotContain("aneta", body.ToJsonString());
    }

    [Fact]
    public async Task Run_OwnAuthority_IsTakenAndAnotherIsNot()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority("Stranger");
        await using var receiver = await WebhookReceiver.Start(authority);
        var good = Hook(receiver.Url, authority.CaFile);
        var bad = Hook(receiver.Url, stranger.CaFile);

        using var trusting = Delivery(new() { Webhooks = [good] });
        using var distrusting = Delivery(new() { Webhooks = [bad] });
        using var system = Delivery(new() { Webhooks = [Hook(receiver.Url)] });

        Assert.True((await trusting.Test("site", CancellationToken.None))!.Value.Sent);
        Assert.Contains("certificate", (await distrusting.Test("site", CancellationToken.None))!.Value.Reason);
        Assert.Contains("certificate", (await system.Test("site", CancellationToken.None))!.Value.Reason);
        Assert.Equal(1, receiver.Calls);
        Assert.Null(await trusting.Test("nobody", CancellationToken.None));
    }

    internal static Alert Fresh(long seq) => SampleAlerts.Make(seq) with { Utc = DateTimeOffset.UtcNow };

    private static WebhookOptions Hook(string url, string? ca = null) => new()
    {
        Name = "site",
        Url = url,
        Secret = WebhookReceiver.Secret,
        CaFile = ca,
        // Calls are counted: a slow machine must not make one more.
        Timeout = TimeSpan.FromMinutes(1),
    };

    private static NotificationDelivery Delivery(NotificationsOptions options) => new(
        options, s_identity, name => new MemoryOutbox(name), new NoSms(), TimeProvider.System, new ErrorTrap());

    private sealed class NoSms : ISmsSender
    {
        public Task Send(string number, string text, CancellationToken cancel) => throw new SmsException("no modem");
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private NotificationDelivery _delivery = null!;
        private Task _task = null!;

        public MemoryOutbox Outbox { get; } = new("notify.site");

        public List<AbandonedNotification> Abandoned { get; } = [];

        public NotificationStatus Status => _delivery.Status[0];

        public static Running Start(NotificationsOptions options)
        {
            var running = new Running();
            running._delivery = new(options, s_identity, _ => running.Outbox, new NoSms(), TimeProvider.System, new ErrorTrap());
            running._delivery.Abandoned += running.Abandoned.Add;
            running._task = running._delivery.Run(running._stop.Token);
            return running;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _task;
            _delivery.Dispose();
            _stop.Dispose();
        }
    }
}
