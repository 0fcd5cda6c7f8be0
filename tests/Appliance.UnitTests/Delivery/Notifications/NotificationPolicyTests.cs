using Appliance.Core.Alerts;
using Appliance.Delivery.Notifications;
using static Appliance.UnitTests.Delivery.Notifications.MessageTemplateTests;

namespace Appliance.UnitTests.Delivery.Notifications;

public class NotificationPolicyTests
{
    private static readonly SmsOptions s_target = new() { Name = "guard", Numbers = ["+41790000000"], From = Severity.Warning };
    private static readonly DateTimeOffset s_noon = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Judge_LessUrgentThanWanted_IsNotForIt() =>
        Assert.Equal(NotificationVerdict.NotForIt, Judge(new(), Sample(Severity.Info, utc: s_noon)));

    [Fact]
    public void Judge_RuleNamesTargets_OnlyThoseWhateverTheSeverity()
    {
        Assert.Equal(NotificationVerdict.Send, Judge(new(), Sample(Severity.Info, utc: s_noon) with { Notify = ["guard"] }));
        Assert.Equal(NotificationVerdict.NotForIt, Judge(new(), Sample(Severity.Critical, utc: s_noon) with { Notify = ["other"] }));
    }

    [Theory]
    [InlineData("2026-07-23T19:59:59Z", NotificationVerdict.Send)] // 21:59:59 in Zurich, summer
    [InlineData("2026-07-23T20:00:00Z", NotificationVerdict.Quiet)]
    [InlineData("2026-07-24T03:59:59Z", NotificationVerdict.Quiet)]
    [InlineData("2026-07-24T04:00:00Z", NotificationVerdict.Send)]
    [InlineData("2026-12-24T04:00:00Z", NotificationVerdict.Quiet)] // 05:00 in winter
    public void Judge_QuietHours_AreOfTheSiteAndItsSummerTime(string utc, object verdict)
    {
        var at = DateTimeOffset.Parse(utc, null);
        var options = Quiet();

        Assert.Equal((NotificationVerdict)verdict, Judge(options, Sample(Severity.Warning, utc: at), at));
        Assert.Equal(NotificationVerdict.Send, Judge(options, Sample(Severity.Critical, utc: at), at));
    }

    [Fact]
    public void Judge_SamePersonAgain_WaitsForTheCooldownPerPerson()
    {
        var policy = new NotificationPolicy(s_target, new() { Cooldown = TimeSpan.FromMinutes(5) });
        var first = Sample(utc: s_noon);
        policy.Sent(first);

        Assert.Equal(NotificationVerdict.Cooldown, policy.Judge(first with { Utc = s_noon.AddMinutes(4) }, s_noon));
        Assert.Equal(NotificationVerdict.Send, policy.Judge(Sample(person: "P2", utc: s_noon.AddMinutes(4)), s_noon));
        Assert.Equal(NotificationVerdict.Send, policy.Judge(first with { Utc = s_noon.AddMinutes(5) }, s_noon));
        Assert.Equal(NotificationVerdict.Send, policy.Judge(first with { Kind = AlertKinds.Escalation, Id = new("X") }, s_noon));
    }

    [Fact]
    public void Judge_OlderThanGiveUp_IsTooOld() =>
        Assert.Equal(NotificationVerdict.TooOld, Judge(new() { GiveUpAfter = TimeSpan.FromHours(1) }, Sample(utc: s_noon), s_noon.AddMinutes(61)));

    private static NotificationsOptions Quiet() => new()
    {
        TimeZone = "Europe/Zurich",
        Quiet = new() { From = TimeSpan.FromHours(22), Until = TimeSpan.FromHours(6) },
    };

    private static NotificationVerdict Judge(NotificationsOptions options, Alert alert, DateTimeOffset? now = null) =>
        new NotificationPolicy(s_target, options).Judge(alert, now ?? s_noon);
}
