using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>What strangers and broken clients send. The box answers with a problem, logs no error and goes on.</summary>
[Collection(SharedBox.Name)]
public class HostileInputTests(RunningBox box)
{
    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\":\"a\",}")]
    [InlineData("{\"name\":\"a\" /* c */}")]
    [InlineData("{\"name\":\"\\ud800\",\"category\":\"c\",\"legalBasis\":\"l\"}")]
    public async Task Post_MalformedJson_Gets400(string json) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await box.Operator.PostAsync("/api/v1/watchlist/persons", RunningBox.Body(json))).StatusCode);

    [Fact]
    public async Task Post_DeeplyNestedJson_Gets400()
    {
        var json = new string('[', 100_000) + new string(']', 100_000);

        Assert.Equal(HttpStatusCode.BadRequest, (await box.Operator.PostAsync("/api/v1/watchlist/persons", RunningBox.Body(json))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await box.Technician.PostAsync("/api/v1/cameras", RunningBox.Body(json))).StatusCode);
    }

    [Fact]
    public async Task Post_OtherContentType_Gets415() => await RunningBox.Problem(
        await box.Operator.PostAsync("/api/v1/watchlist/persons", RunningBox.Body("name=x", "application/x-www-form-urlencoded")),
        415, "unsupported-media-type");

    [Fact]
    public async Task Post_OversizedJson_Gets413()
    {
        var answer = await Post("/api/v1/watchlist/persons", $"Content-Type: application/json\r\nContent-Length: {2 << 20}", _ => Task.CompletedTask);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:watchpost:problem:too-large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_OversizedPhotoWithoutLength_Gets413()
    {
        var id = await AddPerson("Oversized");
        const int Limit = 20 << 20;

        var answer = await Post($"/api/v1/watchlist/persons/{id}/photos", "Content-Type: image/jpeg\r\nTransfer-Encoding: chunked", async to =>
        {
            // One byte too many, and no end.
            var part = new byte[1 << 20];
            for (var sent = 0; sent <= Limit; sent += part.Length)
            {
                var length = Math.Min(part.Length, Limit + 1 - sent);
                await to.WriteAsync(Encoding.ASCII.GetBytes($"{length:x}\r\n"));
                await to.WriteAsync(part.AsMemory(0, length));
                await to.WriteAsync("\r\n"u8.ToArray());
            }
        });

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("urn:watchpost:problem:too-large", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Robert'); DROP TABLE persons;--")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("名前 🙂 \"quoted\" \\ back")]
    [InlineData("%s%n%x {0} ${jndi:ldap://x}")]
    public async Task AddPerson_HostileName_ComesBackAsItWas(string name)
    {
        var id = await AddPerson(name);

        var person = await RunningBox.Json(await box.Operator.GetAsync($"/api/v1/watchlist/persons/{id}"), HttpStatusCode.OK);
        Assert.Equal(name, (string)person["name"]!);
        var found = await RunningBox.Json(
            await box.Operator.GetAsync($"/api/v1/watchlist/persons?name={Uri.EscapeDataString(name)}"), HttpStatusCode.OK);
        Assert.Contains(found["items"]!.AsArray(), item => (string)item!["id"]! == id);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await box.Operator.SendAsync(RunningBox.Change(HttpMethod.Delete, $"/api/v1/watchlist/persons/{id}", "\"1\""))).StatusCode);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("x'%20OR%20'1'%3D'1")]
    [InlineData("%00")]
    [InlineData("%0d%0aSet-Cookie:%20a=b")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Get_HostileId_Gets404(string id)
    {
        foreach (var path in new[] { "watchlist/persons", "cameras", "alerts", "outputs" })
        {
            using var response = await box.Operator.GetAsync($"/api/v1/{path}/{id}");
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
        }
    }

    [Theory]
    [InlineData("limit=abc")]
    [InlineData("limit=99999999999")]
    [InlineData("state=bogus")]
    [InlineData("state=7")]
    [InlineData("minSeverity=huge")]
    [InlineData("from=yesterday")]
    [InlineData("kind=bogus")]
    public async Task ListAlerts_BadQuery_Gets400(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await box.Viewer.GetAsync($"/api/v1/alerts?{query}")).StatusCode);

    [Theory]
    [InlineData("camera=nobody&cursor=';DROP TABLE alerts")]
    [InlineData("camera=nobody&cursor=-1")]
    [InlineData("camera=nobody&limit=-5")]
    [InlineData("camera=nobody&limit=1000000")]
    [InlineData("camera='%20OR%201=1--")]
    public async Task ListAlerts_OddQuery_IsAnEmptyPage(string query)
    {
        var page = await RunningBox.Json(await box.Viewer.GetAsync($"/api/v1/alerts?{query}"), HttpStatusCode.OK);

        Assert.Empty(page["items"]!.AsArray());
    }

    [Fact]
    public async Task Photos_ThatAreNone_AreRefusedWithTheReason()
    {
        var id = await AddPerson("Broken photos");
        await Refused(id, Encoding.ASCII.GetBytes("not a photo at all"), "image/jpeg", "unknownFormat");
        await Refused(id, TruncatedJpeg(), "image/jpeg", "corrupt");
        await Refused(id, FiftyMegapixelPng(), "image/png", "tooLarge");
        await RunningBox.Problem(await PostPhoto(id, [], "image/jpeg"), 400, "bad-request");
        await RunningBox.Problem(await PostPhoto(id, [1], "text/html"), 415, "unsupported-media-type");
        await RunningBox.Problem(await PostPhoto("nobody", TruncatedJpeg(), "image/jpeg"), 404, "not-found");
    }

    [Fact]
    public async Task Connection_ThatSpeaksNoTls_DoesNotDisturbOthers()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(box.Address.Host, box.Address.Port);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            var buffer = new byte[256];
            // Whatever the answer: it is no HTTP in the clear.
            var count = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(90)).ContinueWith(read => read.IsCompletedSuccessfully ? read.Result : 0);
            Assert.DoesNotContain("HTTP/1.1 2", Encoding.ASCII.GetString(buffer, 0, count));
        }

        await RunningBox.Json(await box.Viewer.GetAsync("/api/v1/system"), HttpStatusCode.OK);
    }

    [Fact]
    public async Task NothingOfThis_LogsAnError()
    {
        await box.Operator.PostAsync("/api/v1/watchlist/persons", RunningBox.Body("{"));
        await box.Operator.PostAsync("/api/v1/watchlist/persons", RunningBox.Body("{}", "text/plain"));

        box.Log.NoErrors();
    }

    /// <summary>
    /// An operator's request whose body the test sends itself; returns the answer up to its problem. The server answers and hangs up
    /// on a body that is too large: a client that is still sending then sees only that, and which of the two comes first is chance.
    /// </summary>
    private async Task<string> Post(string path, string headers, Func<Stream, Task> send)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var client = new TcpClient();
        await client.ConnectAsync(box.Address.Host, box.Address.Port, patience.Token);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, patience.Token);
        await tls.WriteAsync(
            Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: box\r\nAuthorization: {box.Operator.DefaultRequestHeaders.Authorization}\r\n{headers}\r\n\r\n"),
            patience.Token);
        await send(tls);

        var (answer, part) = (new StringBuilder(), new byte[4096]);
        while (!answer.ToString().Contains('}', StringComparison.Ordinal) && await tls.ReadAsync(part, patience.Token) is > 0 and var count)
            answer.Append(Encoding.UTF8.GetString(part, 0, count));
        return answer.ToString();
    }

    private async Task Refused(string id, byte[] photo, string contentType, string reason)
    {
        var problem = await RunningBox.Problem(await PostPhoto(id, photo, contentType), 422, "photo-refused");
        Assert.Equal(reason, (string)problem["reasons"]![0]!["reason"]!);
        Assert.False(string.IsNullOrEmpty((string)problem["reasons"]![0]!["detail"]!));
    }

    private Task<HttpResponseMessage> PostPhoto(string id, byte[] photo, string contentType) => box.Operator.PostAsync(
        $"/api/v1/watchlist/persons/{id}/photos",
        new ByteArrayContent(photo) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } });

    private async Task<string> AddPerson(string name)
    {
        var person = await RunningBox.Json(
            await box.Operator.PostAsJsonAsync("/api/v1/watchlist/persons", new { name, category = "banned", legalBasis = "test" }),
            HttpStatusCode.Created);
        return (string)person["id"]!;
    }

    // SOI, a frame header of 64×64, start of scan and nothing after it.
    private static byte[] TruncatedJpeg() =>
    [
        0xFF, 0xD8, 0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00, 0x40, 0x00, 0x40, 0x01, 0x01, 0x11, 0x00, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00,
        0x00, 0x3F, 0x00, 0x12, 0x34,
    ];

    // Header only: 8000×6250 pixels in a few bytes, as a decompression bomb would claim.
    private static byte[] FiftyMegapixelPng() =>
    [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0x1F, 0x40, 0, 0, 0x18, 0x6A, 8, 2, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ];
}
