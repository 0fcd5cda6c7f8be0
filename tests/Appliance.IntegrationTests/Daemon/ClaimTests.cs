using System.Net;
using System.Net.Http.Json;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>How a new box gets its first admin.</summary>
public class ClaimTests
{
    [Fact]
    public async Task Claim_NewBox_WorksOnceWithThePrintedCodeOnly()
    {
        var box = new RunningBox("", claim: false);
        await box.InitializeAsync();
        try
        {
            var code = box.Host.ClaimCode;
            Assert.Matches("^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$", code);
            Assert.False((bool)(await RunningBox.Json(await box.Anonymous.GetAsync("/api/v1/claim"), HttpStatusCode.OK))["claimed"]!);
            await RunningBox.Problem(
                await box.Anonymous.PostAsJsonAsync("/api/v1/session", new { username = "admin", password = "admin" }), 401, "unauthenticated");

            await RunningBox.Problem(await Claim(box, "AAAA-AAAA-AAAA-AAAA", RunningBox.Password), 403, "forbidden");
            var weak = await RunningBox.Problem(await Claim(box, code!, "short"), 400, "validation");
            Assert.NotNull(weak["errors"]!["password"]);
            await RunningBox.Json(await Claim(box, code!.ToLowerInvariant().Replace("-", ""), RunningBox.Password), HttpStatusCode.Created);

            await RunningBox.Problem(await Claim(box, code, RunningBox.Password), 409, "conflict");
            Assert.True((bool)(await RunningBox.Json(await box.Anonymous.GetAsync("/api/v1/claim"), HttpStatusCode.OK))["claimed"]!);
            Assert.DoesNotContain(box.Log.Texts, text => text.Contains(code, StringComparison.OrdinalIgnoreCase));
            using var admin = await box.LogIn("root-admin");
            await RunningBox.Json(await admin.GetAsync("/api/v1/users"), HttpStatusCode.OK);
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    [Fact]
    public async Task Claim_AfterRestart_IsNotOfferedAgain()
    {
        var box = new RunningBox();
        await box.InitializeAsync();
        try
        {
            await box.RestartAsync();

            Assert.Null(box.Host.ClaimCode);
            await RunningBox.Json(await box.Admin.GetAsync("/api/v1/users"), HttpStatusCode.OK);
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    private static Task<HttpResponseMessage> Claim(RunningBox box, string code, string password) =>
        box.Anonymous.PostAsJsonAsync("/api/v1/claim", new { code, username = "root-admin", password });
}
