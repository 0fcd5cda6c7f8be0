using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Delivery.Notifications;

/// <summary>
/// One conversation with a mail server (RFC 5321, 3207, 4954): as much as it takes to hand over one mail, and strict: without the
/// encryption that was asked for nothing is said, and bytes that arrive before the handshake is over end the conversation.
/// System.Net.Mail is not used: it knows no TLS from the first byte, no own authorities, and does not tell a refusal for good
/// from one for now. MailKit cannot be restored.
/// </summary>
internal sealed class SmtpSession : IDisposable
{
    // RFC 5321 §4.5.3.1.5 says 512 a line; nobody sends this many of them.
    private const int LongestLine = 2048;
    private const int MostLines = 100;

    private readonly TcpClient _tcp = new();
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = Stream.Null;
    private int _at;
    private int _end;

    private SmtpSession()
    {
    }

    /// <summary>Connects, encrypts and logs in.</summary>
    /// <exception cref="NotificationException">It could not.</exception>
    public static async Task<SmtpSession> Open(EmailOptions options, string clientName, CancellationToken cancel)
    {
        var session = new SmtpSession();
        try
        {
            await session._tcp.ConnectAsync(options.Host, options.EffectivePort, cancel).ConfigureAwait(false);
            session._stream = session._tcp.GetStream();
            if (options.Security == MailSecurity.Tls)
                await session.Encrypt(options, cancel).ConfigureAwait(false);
            await session.Expect(220, "greeting", cancel).ConfigureAwait(false);
            var offers = await session.Hello(clientName, cancel).ConfigureAwait(false);
            if (options.Security == MailSecurity.StartTls)
            {
                if (!offers.Contains("STARTTLS"))
                    throw new NotificationException("the mail server offers no STARTTLS");
                await session.Say("STARTTLS", 220, "STARTTLS", cancel).ConfigureAwait(false);
                // Somebody on the way may have put commands behind it (CVE-2011-0411 and kin).
                if (session._at != session._end)
                    throw new NotificationException("the mail server said something before the encryption began");
                await session.Encrypt(options, cancel).ConfigureAwait(false);
                offers = await session.Hello(clientName, cancel).ConfigureAwait(false);
            }

            if (options.Username is { } user)
                await session.LogIn(user, Password(options), offers, cancel).ConfigureAwait(false);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Hands one mail over. A receiver that is refused is an error when none is left; the others get it.</summary>
    /// <exception cref="NotificationException">It was not taken.</exception>
    public async Task Send(string sender, IReadOnlyList<string> receivers, string mail, CancellationToken cancel)
    {
        await Say($"MAIL FROM:<{sender}>", 250, "sender", cancel).ConfigureAwait(false);
        NotificationException? refused = null;
        var taken = 0;
        foreach (var receiver in receivers)
        {
            try
            {
                await Say($"RCPT TO:<{receiver}>", 250, "receiver", cancel).ConfigureAwait(false);
                taken++;
            }
            catch (NotificationException error)
            {
                refused = error;
            }
        }

        if (taken == 0)
            throw refused!;

        await Say("DATA", 354, "DATA", cancel).ConfigureAwait(false);
        // §4.5.2: a line that begins with a dot gets another one.
        await Write(mail.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n", cancel).ConfigureAwait(false);
        await Expect(250, "mail", cancel).ConfigureAwait(false);
        try
        {
            await Say("QUIT", 221, "QUIT", cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NotificationException or IOException)
        {
            // The mail is theirs already.
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _tcp.Dispose();
    }

    private static string Password(EmailOptions options) =>
        options.PasswordFile is { Length: > 0 } file ? File.ReadLines(file).FirstOrDefault() ?? "" : options.Password ?? "";

    private async Task Encrypt(EmailOptions options, CancellationToken cancel)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        try
        {
            await tls.AuthenticateAsClientAsync(Authorities.For(options.Host, options.CaFile), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AuthenticationException or CryptographicException)
        {
            throw new NotificationException("certificate of the mail server refused: " + error.Message);
        }
    }

    /// <summary>What the server offers, in capitals: <c>STARTTLS</c>, <c>AUTH PLAIN LOGIN</c>.</summary>
    private async Task<HashSet<string>> Hello(string clientName, CancellationToken cancel)
    {
        var lines = await Say($"EHLO {clientName}", 250, "EHLO", cancel).ConfigureAwait(false);
        return [.. lines.Skip(1).Select(line => line.ToUpperInvariant())];
    }

    private async Task LogIn(string user, string password, HashSet<string> offers, CancellationToken cancel)
    {
        var ways = offers.FirstOrDefault(line => line.StartsWith("AUTH ", StringComparison.Ordinal))?.Split(' ') ?? [];
        if (ways.Contains("PLAIN"))
        {
            await Say("AUTH PLAIN " + Base64($"\0{user}\0{password}"), 235, "login", cancel).ConfigureAwait(false);
        }
        else if (ways.Contains("LOGIN"))
        {
            await Say("AUTH LOGIN", 334, "login", cancel).ConfigureAwait(false);
            await Say(Base64(user), 334, "login", cancel).ConfigureAwait(false);
            await Say(Base64(password), 235, "login", cancel).ConfigureAwait(false);
        }
        else
        {
            throw new NotificationException("the mail server offers neither AUTH PLAIN nor LOGIN");
        }
    }

    private async Task<List<string>> Say(string command, int code, string what, CancellationToken cancel)
    {
        await Write(command + "\r\n", cancel).ConfigureAwait(false);
        return await Expect(code, what, cancel).ConfigureAwait(false);
    }

    private async Task Write(string text, CancellationToken cancel)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).ConfigureAwait(false);
        await _stream.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Texts of an answer's lines. 4xx may work later, 5xx will not (§4.2.1).</summary>
    private async Task<List<string>> Expect(int code, string what, CancellationToken cancel)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLine(cancel).ConfigureAwait(false);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var said)
                || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new NotificationException($"the mail server's answer to {what} is not SMTP");

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-')
                continue;
            // 251: forwarded, which is as good as taken.
            return said == code || (code == 250 && said == 251)
                ? lines
                : throw new NotificationException($"the mail server refused the {what}: {said} {Shown(lines[^1])}", isFinal: said >= 500);
        }

        throw new NotificationException($"the mail server's answer to {what} does not end");
    }

    private async Task<string> ReadLine(CancellationToken cancel)
    {
        var line = new List<byte>(80);
        while (line.Count < LongestLine)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await _stream.ReadAsync(_buffer, cancel).ConfigureAwait(false));
                if (_end == 0)
                    throw new NotificationException("the mail server hung up");
            }

            var next = _buffer[_at++];
            if (next == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }

        throw new NotificationException("the mail server's line does not end");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Shown(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(200)]);
}
