using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
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
        var json = $$"""{"name":"{{new string('x', 2 << 20)}}","category":"c","legalBasis":"l"}""";

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/watchlist/persons") { Content = RunningBox.Body(json) };
        // Asks before it sends: the server answers and hangs up, and whoever is still sending then sees only that.
        request.Headers.ExpectContinue = true;

        await RunningBox.Problem(await box.Operator.SendAsync(request), 413, "too-large");
    }

    [Fact]
    public async Task Post_OversizedPhotoWithoutLength_Gets413()
    {
        var id = await AddPerson("Oversized");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/watchlist/persons/{id}/photos")
        {
            Content = new StreamContent(new MemoryStream(new byte[21 << 20])) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } },
        };
        request.Headers.TransferEncodingChunked = true;

        await RunningBox.Problem(await box.Operator.SendAsync(request), 413, "too-large");
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
    [InlineData("cursor=';DROP TABLE alerts")]
    [InlineData("cursor=-1")]
    [InlineData("limit=-5")]
    [InlineData("limit=1000000")]
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
            var count = await client.GetStream().ReadAsync(buffer).AsTask().ContinueWith(read => read.IsCompletedSuccessfully ? read.Result : 0);
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
