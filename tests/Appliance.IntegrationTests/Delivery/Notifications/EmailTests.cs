using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Delivery;
using Appliance.Delivery.Notifications;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Notifications;

[Trait("needs", "aiosmtpd")]
public class EmailTests
{
    private const string Password = "pä$$ word";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly ApplianceIdentity s_identity = new("7F3A", "Pole 07", "1.0", SampleAlerts.BootId);

    [MailTheory]
    [InlineData("starttls", MailSecurity.StartTls)]
    [InlineData("tls", MailSecurity.Tls)]
    public async Task Send_ServerWithTlsAndLogin_TakesTheMail(string way, MailSecurity security)
    {
        using var authority = new TestAuthority();
        using var server = await MailServer.Start(way, authority);
        using var channel = Channel(Options(server, security, authority.CaFile));

        await channel.Send(WebhookTests.Fresh(7), CancellationToken.None);
        var mail = await server.Next();

        Assert.Equal(("box@example.org", "box", true), ((string)mail["from"]!, (string)mail["user"]!, (bool)mail["tls"]!));
        Assert.Equal(["guard@example.org", "desk@example.org"], mail["to"]!.AsArray().Select(to => (string)to!));
        var content = (string)mail["content"]!;
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(content[(content.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Replace("\r\n", "")));
        Assert.StartsWith("critical: watchlist Żaneta \"Öz\" 例 on gate", text);
        Assert.Contains("Subject: [Pole 07] critical: watchlist on gate\r\n", content);
    }

    [MailTheory]
    [InlineData("wrong", "guard@example.org", "535", true)]
    [InlineData(Password, "nobody@example.org", "550", true)]
    [InlineData(Password, "later@example.org", "451", false)]
    public async Task Send_Refused_TellsForGoodFromForNow(string password, string receiver, string code, bool isFinal)
    {
        using var authority = new TestAuthority();
        using var server = await MailServer.Start("starttls", authority);
        using var channel = Channel(Options(server, MailSecurity.StartTls, authority.CaFile, password, receiver));

        var error = await Assert.ThrowsAsync<NotificationException>(() => channel.Send(WebhookTests.Fresh(7), CancellationToken.None));

        Assert.Contains(code, error.Message);
        Assert.Equal(isFinal, error.IsFinal);
        Assert.DoesNotContain(password, error.Message);
    }

    [MailFact]
    public async Task Send_CertificateOfAStranger_SaysNothingToIt()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority("Stranger");
        using var server = await MailServer.Start("starttls", authority);
        using var channel = Channel(Options(server, MailSecurity.StartTls, stranger.CaFile));

        var error = await Assert.ThrowsAsync<NotificationException>(() => channel.Send(WebhookTests.Fresh(7), CancellationToken.None));

        Assert.Contains("certificate", error.Message);
        Assert.False(error.IsFinal);
    }

    [MailFact]
    public async Task Send_ServerWithoutStartTls_IsNotSpokenToInTheClear()
    {
        using var authority = new TestAuthority();
        using var server = await MailServer.Start("plain", authority);
        using var channel = Channel(Options(server, MailSecurity.StartTls, authority.CaFile));

        var error = await Assert.ThrowsAsync<NotificationException>(() => channel.Send(WebhookTests.Fresh(7), CancellationToken.None));

        Assert.Contains("offers no STARTTLS", error.Message);
    }

    [Fact]
    public async Task Send_CommandsInjectedBehindStartTls_EndsTheConversation()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await stream.WriteAsync("220 hello\r\n"u8.ToArray());
            await reader.ReadLineAsync();
            await stream.WriteAsync("250-x\r\n250 STARTTLS\r\n"u8.ToArray());
            await reader.ReadLineAsync();
            await stream.WriteAsync("220 go\r\n250 injected\r\n"u8.ToArray());
            return await reader.ReadLineAsync();
        });
        using var channel = Channel(new EmailOptions
        {
            Name = "mail",
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            Sender = "box@example.org",
            Receivers = ["guard@example.org"],
        });

        var error = await Assert.ThrowsAsync<NotificationException>(() => channel.Send(WebhookTests.Fresh(7), CancellationToken.None));

        Assert.Contains("before the encryption began", error.Message);
        Assert.Null(await server.WaitAsync(s_patience));
    }

    private static EmailChannel Channel(EmailOptions options) => new(options, new(), s_identity, TimeProvider.System);

    private static EmailOptions Options(
        MailServer server, MailSecurity security, string ca, string password = Password, string? receiver = null) => new()
        {
            Name = "mail",
            Host = "127.0.0.1",
            Port = server.Port,
            Security = security,
            CaFile = ca,
            Username = "box",
            Password = password,
            Timeout = TimeSpan.FromMinutes(1),
            Sender = "box@example.org",
            Receivers = receiver is null ? ["guard@example.org", "desk@example.org"] : [receiver],
        };

    private sealed class MailServer : IDisposable
    {
        private readonly ReservedPort _port;
        private readonly Process _process;
        private readonly StringBuilder _log = new();

        private MailServer(ReservedPort port, Process process) => (_port, _process) = (port, process);

        public int Port => _port.Number;

        private string Log
        {
            get
            {
                lock (_log)
                    return _log.ToString();
            }
        }

        public static async Task<MailServer> Start(string way, TestAuthority authority)
        {
            var port = new ReservedPort();
            var script = Path.Combine(Checkout.Root, "tests", "Appliance.IntegrationTests", "Delivery", "Notifications", "mailserver.py");
            var server = new MailServer(port, Process.Start(new ProcessStartInfo(
                "/usr/bin/python3", [script, way, authority.ServerCertFile, authority.ServerKeyFile, "box", Password, $"{port.Number}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!);
            server._process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
            server._process.BeginErrorReadLine();
            var first = await server._process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
            return int.TryParse(first, out _) ? server : throw new InvalidOperationException("no mail server: " + server.Log);
        }

        public async Task<JsonNode> Next() => JsonNode.Parse(
            await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience) ?? throw new InvalidOperationException(Log))!;

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _port.Dispose();
        }

        private void Keep(string? line)
        {
            lock (_log)
                _log.AppendLine(line);
        }
    }
}

/// <summary>Why no mail server can be started here.</summary>
internal static class Mail
{
    public static string? WhyNot => Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd") ? null : "needs a mail server (apt install python3-aiosmtpd)";
}

/// <summary>A test that needs a real mail server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MailFactAttribute : FactAttribute
{
    public MailFactAttribute() => Skip = Mail.WhyNot;
}

/// <summary><see cref="MailFactAttribute"/> with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MailTheoryAttribute : TheoryAttribute
{
    public MailTheoryAttribute() => Skip = Mail.WhyNot;
}
