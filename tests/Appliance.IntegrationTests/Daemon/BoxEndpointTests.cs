using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>System, outputs, settings, metrics, document, transport.</summary>
[Collection(SharedBox.Name)]
public class BoxEndpointTests(RunningBox box)
{
    [Fact]
    public async Task Outputs_TestPulse_SwitchesAndIsAudited()
    {
        var on = await RunningBox.Json(
            await box.Technician.PostAsJsonAsync("/api/v1/outputs/siren/pulse", new { seconds = 60 }), HttpStatusCode.OK);
        Assert.True((bool)on["active"]!);
        Assert.Equal("pulse of 60 s by technician", (string)on["reason"]!);
        var off = await RunningBox.Json(await box.Operator.PostAsync("/api/v1/outputs/siren/off", null), HttpStatusCode.OK);
        Assert.False((bool)off["active"]!);

        await RunningBox.Problem(await box.Technician.PostAsJsonAsync("/api/v1/outputs/nothing/pulse", new { seconds = 1 }), 404, "not-found");
        foreach (var seconds in new[] { "0", "-1", "601", "1e999" })
        {
            using var answer = await box.Technician.PostAsync("/api/v1/outputs/siren/pulse", RunningBox.Body($$"""{"seconds":{{seconds}}}"""));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Contains("output.pulse", await (await box.Admin.GetAsync("/api/v1/audit?limit=200")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Outputs_Override_HoldsShowsAndIsAudited()
    {
        var held = await RunningBox.Json(
            await box.Technician.PutAsJsonAsync("/api/v1/outputs/siren/override", new { active = false, seconds = 60 }), HttpStatusCode.OK);
        Assert.Equal("technician", (string)held["override"]!["by"]!);
        await RunningBox.Problem(await box.Technician.PostAsJsonAsync("/api/v1/outputs/siren/pulse", new { seconds = 1 }), 409, "conflict");

        var free = await RunningBox.Json(await box.Technician.DeleteAsync("/api/v1/outputs/siren/override"), HttpStatusCode.OK);
        Assert.Null(free["override"]);
        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/outputs/siren/pattern", new { pattern = "off 1 s" }), 400, "validation");

        var audit = await (await box.Admin.GetAsync("/api/v1/audit?limit=200")).Content.ReadAsStringAsync();
        Assert.Contains("output.override", audit);
        Assert.Contains("output.release", audit);
    }

    [Fact]
    public async Task Recognition_ChangedOverRest_AppliesWithoutRestart()
    {
        var read = await box.Technician.GetAsync("/api/v1/recognition");
        var etag = read.Headers.ETag!.ToString();

        var changed = await box.Technician.SendAsync(
            RunningBox.Change(HttpMethod.Put, "/api/v1/recognition", etag, JsonContent.Create(new { threshold = 0.61, minShots = 3 })));
        await RunningBox.Json(changed, HttpStatusCode.OK);

        Assert.Equal(0.61f, box.Host.Runtime.Pipeline.Recognizers.Recognition.Threshold);
        await RunningBox.Problem(
            await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/recognition", etag, JsonContent.Create(new { minShots = 4 }))),
            412, "precondition-failed");
        var faulty = await RunningBox.Problem(
            await box.Technician.SendAsync(RunningBox.Change(
                HttpMethod.Put, "/api/v1/recognition", "*", JsonContent.Create(new { threshold = 7, quality = new { maxYaw = 500 } }))),
            400, "validation");
        Assert.Equal(["quality.maxYaw", "threshold"], faulty["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));

        await RunningBox.Json(
            await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Delete, "/api/v1/recognition", "*")), HttpStatusCode.OK);
        Assert.Null(box.Host.Runtime.Pipeline.Recognizers.Recognition.Threshold);
    }

    [Fact]
    public async Task Rules_ChangedOverRest_AreCheckedAndApply()
    {
        var unknown = await RunningBox.Problem(await Put("""{"rules":[{"category":"banned","outputs":["sirene"]}]}"""), 400, "validation");
        Assert.Contains("did you mean siren?", (string)unknown["errors"]!["rules[0].outputs[0]"]![0]!);

        await RunningBox.Json(await Put("""{"cooldown":"00:05:00","rules":[{"category":"banned","severity":"critical","outputs":["siren"]}]}"""), HttpStatusCode.OK);
        Assert.Equal(["siren"], box.Host.Runtime.Pipeline.Alerts.Policy.For("banned").Outputs);
        Assert.Equal(TimeSpan.FromMinutes(5), box.Host.Runtime.Pipeline.Recognizers.Alerts.Cooldown);

        await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Delete, "/api/v1/rules", "*"));
        Assert.Empty(box.Host.Runtime.Pipeline.Alerts.Policy.For("banned").Outputs);
    }

    [Fact]
    public async Task Settings_ShownConfiguration_HidesSecrets()
    {
        var text = await (await box.Technician.GetAsync("/api/v1/settings")).Content.ReadAsStringAsync();

        Assert.Contains("\"serial\":\"test1\"", text);
        Assert.Contains("rtsp://127.0.0.1:9/x", text);
        Assert.DoesNotContain("filesecret", text);
    }

    [Fact]
    public async Task Health_IsOpenAndSaysWhatIsWrong()
    {
        using var live = await box.Anonymous.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        using var ready = await box.Anonymous.GetAsync("/health/ready");
        var body = await ready.Content.ReadAsStringAsync();

        Assert.Contains(ready.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
        Assert.Matches("\"status\":\"(ok|degraded|failed)\"", body);
    }

    [Fact]
    public async Task Metrics_EveryLine_IsOfTheFormat()
    {
        var text = await (await box.Viewer.GetAsync("/metrics")).Content.ReadAsStringAsync();

        Assert.All(
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+=""[^""]*""(,[a-z_]+=""[^""]*"")*\})? [0-9.E+\-naIf]+)$", line));
        Assert.Contains("watchpost_camera_up{camera=\"infile\"} 0", text);
        Assert.Contains("watchpost_output_active{output=\"siren\"}", text);
    }

    [Fact]
    public async Task Document_NamesEveryEndpoint_WithASummary()
    {
        var document = await RunningBox.Json(await box.Anonymous.GetAsync("/swagger/v1/swagger.json"), HttpStatusCode.OK);

        var endpoints =
            from endpoint in box.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
            select (Path: Regex.Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), ":[a-z]+}", "}"), Method: method.ToLowerInvariant());
        foreach (var (path, method) in endpoints)
        {
            var operation = document["paths"]![path]?[method];
            Assert.True(operation is not null, $"{method} {path} is not in the document");
            Assert.False(string.IsNullOrEmpty((string?)operation["summary"]), $"{method} {path} has no summary");
        }

        using var ui = await box.Anonymous.GetAsync("/swagger/index.html");
        Assert.Equal(HttpStatusCode.OK, ui.StatusCode);
    }

    [Fact]
    public async Task EveryAnswer_CarriesSecurityHeaders()
    {
        foreach (var path in new[] { "/health/live", "/api/v1/system", "/swagger/index.html", "/nothing" })
        {
            using var answer = await box.Anonymous.GetAsync(path);
            foreach (var header in new[] { "X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security" })
                Assert.True(answer.Headers.Contains(header), $"{path} lacks {header}");
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Tls_OwnCertificate_IsP256WithThisBoxsNamesAndAPrivateKeyOfItsOwn()
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(box.Address.Host, box.Address.Port);
        using var tls = new System.Net.Security.SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");

        using var certificate = new System.Security.Cryptography.X509Certificates.X509Certificate2(tls.RemoteCertificate!);
        Assert.Contains(tls.SslProtocol, new[] { System.Security.Authentication.SslProtocols.Tls12, System.Security.Authentication.SslProtocols.Tls13 });
        Assert.Contains("CN=test1", certificate.Subject);
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.True(certificate.MatchesHostname(Environment.MachineName));
        Assert.Equal(256, System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPublicKey(certificate)!.KeySize);
        var key = Path.Combine(box.DataFolder, "tls.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(key).UnixFileMode);
    }

    [Fact]
    public void Log_AfterAllOfThis_HoldsNoTokenAndNoPassword() => Assert.DoesNotContain(
        box.Log.Texts,
        text => text.Contains("wp_") || text.Contains(RunningBox.Password) || text.Contains("filesecret"));

    private Task<HttpResponseMessage> Put(string json) =>
        box.Technician.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/rules", "*", RunningBox.Body(json)));
}
