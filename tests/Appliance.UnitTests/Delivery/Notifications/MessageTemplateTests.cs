using Appliance.Core.Alerts;
using Appliance.Delivery;
using Appliance.Delivery.Notifications;

namespace Appliance.UnitTests.Delivery.Notifications;

public class MessageTemplateTests
{
    private static readonly ApplianceIdentity s_identity = new("7F3A", "Pole 07", "1.0", Guid.Empty);

    [Fact]
    public void Fill_AllKindsOfPlaceholders_UsesSiteTimeAndOwnWords()
    {
        var options = new NotificationsOptions
        {
            TimeZone = "Europe/Zurich",
            Words = [new() { Word = "critical", Text = "kritisch" }, new() { Word = "watchlist", Text = "Treffer" }],
        };
        var template = new MessageTemplate("{{{severity}}} {kind}: {person} ({category}) {camera} {date} {time} {similarity} {box}/{serial}", options, s_identity);

        var text = template.Fill(Sample());

        // Winter time: UTC + 1.
        Assert.Equal("{kritisch} Treffer: Jane {person} (banned) gate 2026-12-01 00:30:00 0.74 Pole 07/7F3A", text);
    }

    [Fact]
    public void Fill_NamesNotAllowed_SaysTheIdInstead()
    {
        var template = new MessageTemplate("{person}", new() { IncludeNames = false }, s_identity);

        Assert.Equal("P1", template.Fill(Sample()));
    }

    [Theory]
    [InlineData("{person} {persn} {camera} {zonne}", "no such placeholder: {persn}, {zonne};")]
    [InlineData("{person", "a single { at character 1")]
    [InlineData("a } b", "a single } at character 3")]
    [InlineData("{}", "no such placeholder: {};")]
    public void WhyNot_BadTemplate_NamesWhatIsWrong(string template, string reason) =>
        Assert.Contains(reason, MessageTemplate.WhyNot(template));

    [Theory]
    [InlineData("plain")]
    [InlineData("{{not one}} {person}")]
    public void WhyNot_GoodTemplate_IsNull(string template) => Assert.Null(MessageTemplate.WhyNot(template));

    internal static Alert Sample(Severity severity = Severity.Critical, string person = "P1", DateTimeOffset? utc = null) => new()
    {
        Id = new("01K0V7Q3M4X8Y2Z5A6B7C8D9EF"),
        Seq = 41,
        BootId = Guid.Empty,
        Kind = AlertKinds.Watchlist,
        Severity = severity,
        Camera = new("gate"),
        Utc = utc ?? new(2026, 11, 30, 23, 30, 0, TimeSpan.Zero),
        Match = new(new(person), "Jane {person}", "banned", 0.74f, 0.4f, 0.5f, 3),
    };
}
