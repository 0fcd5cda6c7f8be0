using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Daemon.Sites;
using Appliance.IntegrationTests.EndToEnd.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Daemon.Rules;

/// <summary>Against a server that says what gpsd 3.22 says.</summary>
public sealed class GpsdClientTests
{
    private const string Version = """{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}""";
    private const string NoFix = """{"class":"TPV","device":"/dev/ttyACM0","mode":1}""";
    private const string Fix = """{"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2026-11-21T15:00:00.000Z","lat":52.520008000,"lon":13.404954000,"eph":7.5}""";

    [Fact]
    public async Task Current_FixArrivesInPieces_IsThePosition()
    {
        using var listener = Listen(out var port);
        using var client = Open(port);
        using var gpsd = await listener.AcceptTcpClientAsync().WaitAsync(Patience.Long);
        var stream = gpsd.GetStream();

        var asked = new byte[64];
        var count = await stream.ReadAsync(asked).AsTask().WaitAsync(Patience.Long);
        Assert.Null(client.Current);
        await Say(stream, Version + "\r\n" + NoFix + "\r\n" + Fix[..40]);
        await Say(stream, Fix[40..] + "\r\n");
        var position = await Patience.Until("a position", () => Task.FromResult(client.Current));

        Assert.StartsWith("?WATCH={\"enable\":true,\"json\":true}", Encoding.ASCII.GetString(asked, 0, count), StringComparison.Ordinal);
        Assert.Equal((52.520008, 13.404954, 7.5), (position.Latitude, position.Longitude, position.AccuracyMetres));
        Assert.Null(client.WhyNot);
    }

    [Fact]
    public async Task Run_ConnectionLost_SaysWhyAndComesBack()
    {
        using var listener = Listen(out var port);
        using var client = Open(port);
        using (var first = await listener.AcceptTcpClientAsync().WaitAsync(Patience.Long))
            await Say(first.GetStream(), Version + "\n");

        using var second = await listener.AcceptTcpClientAsync().WaitAsync(Patience.Long);
        var why = client.WhyNot;
        await Say(second.GetStream(), Fix + "\n");

        await Patience.Until("a position", () => Task.FromResult(client.Current));
        Assert.NotNull(why);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1,2]")]
    [InlineData("""{"class":"SKY"}""")]
    [InlineData("""{"class":"TPV","mode":3,"lat":"52","lon":13}""")]
    [InlineData("""{"class":"TPV","mode":3,"lat":152,"lon":13}""")]
    [InlineData("""{"class":7,"mode":3,"lat":52,"lon":13}""")]
    public void Read_AnythingElse_IsNoPosition(string line) =>
        Assert.Null(GpsdClient.Read(Encoding.UTF8.GetBytes(line), DateTimeOffset.UnixEpoch));

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static GpsdClient Open(int port) =>
        new(new() { Source = PositionSourceKind.Gpsd, GpsdPort = port }, TimeProvider.System, NullLogger<GpsdClient>.Instance);

    private static async Task Say(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
}
