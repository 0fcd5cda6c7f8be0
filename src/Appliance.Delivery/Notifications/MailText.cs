using System.Globalization;
using System.Text;

namespace Appliance.Delivery.Notifications;

/// <summary>
/// A mail as it goes over the line: RFC 5322 header in ASCII (subjects as RFC 2047 words), text as base64 UTF-8, so that nothing
/// depends on what the servers on the way can do and no line of ours can be taken for the end.
/// </summary>
internal static class MailText
{
    private const int WordBytes = 42; // 75 characters of an encoded word hold 45 bytes of UTF-8 in base64; whole characters only.
    private const int LineCharacters = 76;

    public static string Write(
        string sender, IEnumerable<string> receivers, string subject, string text, string messageId, DateTimeOffset date)
    {
        var mail = new StringBuilder();
        mail.Append("From: <").Append(sender).Append(">\r\n");
        mail.Append("To: ").AppendJoin(",\r\n ", receivers.Select(receiver => $"<{receiver}>")).Append("\r\n");
        mail.Append("Subject: ").Append(Words(subject)).Append("\r\n");
        mail.Append(CultureInfo.InvariantCulture, $"Date: {date.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        mail.Append("Message-ID: <").Append(messageId).Append(">\r\n");
        // RFC 3834: no machine answers a machine.
        mail.Append("Auto-Submitted: auto-generated\r\n");
        mail.Append("MIME-Version: 1.0\r\n");
        mail.Append("Content-Type: text/plain; charset=utf-8\r\n");
        mail.Append("Content-Transfer-Encoding: base64\r\n\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        for (var at = 0; at < body.Length; at += LineCharacters)
            mail.Append(body, at, Math.Min(LineCharacters, body.Length - at)).Append("\r\n");
        return mail.ToString();
    }

    private static string Words(string subject)
    {
        subject = new([.. subject.Select(c => char.IsControl(c) ? ' ' : c)]);
        if (subject.All(char.IsAscii) && subject.Length <= LineCharacters - 9 && !subject.Contains("=?", StringComparison.Ordinal))
            return subject;

        var words = new List<string>();
        var part = new StringBuilder();
        var bytes = 0;
        foreach (var rune in subject.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > WordBytes)
            {
                words.Add(Word(part.ToString()));
                part.Clear();
                bytes = 0;
            }

            part.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        words.Add(Word(part.ToString()));
        return string.Join("\r\n ", words);
    }

    private static string Word(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
