using System.Text;
using Appliance.Delivery.Notifications;

namespace Appliance.UnitTests.Delivery.Notifications;

public class MailTextTests
{
    [Fact]
    public void Write_LongSubjectInManyScripts_IsWordsOfAtMost75Characters()
    {
        var subject = "Größe 例 🙂 " + string.Concat(Enumerable.Repeat("Überwachung ", 12));

        var header = Header(Mail(subject, "x"));
        var words = header.Split("Subject: ")[1].Split("\r\nDate")[0].Split("\r\n ");

        Assert.All(words, word => Assert.InRange(word.Length, 1, 75));
        Assert.Equal(subject, string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2])))));
    }

    [Fact]
    public void Write_SubjectWithLineBreaks_AddsNoHeader()
    {
        var header = Header(Mail("a\r\nBcc: evil@example.org", "x"));

        Assert.Contains("Subject: a  Bcc: evil@example.org\r\n", header);
        Assert.DoesNotContain("\r\nBcc:", header);
    }

    [Fact]
    public void Write_AnyText_HasNoLineThatEndsTheMail()
    {
        var mail = Mail("s", "a\n.\n..b\nÄ");
        var body = mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

        Assert.DoesNotContain("\r\n.", mail);
        Assert.Equal("a\r\n.\r\n..b\r\nÄ", Encoding.UTF8.GetString(Convert.FromBase64String(body.Replace("\r\n", ""))));
    }

    private static string Mail(string subject, string text) => MailText.Write(
        "box@example.org", ["a@example.org"], subject, text, "id@box", new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero));

    private static string Header(string mail) => mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
}
