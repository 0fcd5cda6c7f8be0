using System.Net;
using System.Net.Http.Json;

namespace Appliance.IntegrationTests.Daemon;

[Collection(SharedBox.Name)]
public class UserEndpointTests(RunningBox box)
{
    [Fact]
    public async Task Change_WithoutIfMatch_Gets428AndWithAStaleOne412()
    {
        var id = await Add("etag-user");
        var path = $"/api/v1/users/{id}";
        var etag = (await box.Admin.GetAsync(path)).Headers.ETag!.ToString();
        var promote = new { role = "operator" };

        await RunningBox.Problem(await box.Admin.PatchAsJsonAsync(path, promote), 428, "precondition-required");
        var changed = await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Patch, path, etag, JsonContent.Create(promote)));
        await RunningBox.Json(changed, HttpStatusCode.OK);
        Assert.NotEqual(etag, changed.Headers.ETag!.ToString());
        await RunningBox.Problem(
            await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Patch, path, etag, JsonContent.Create(promote))), 412, "precondition-failed");
        Assert.Equal(HttpStatusCode.NoContent, (await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Delete, path, "*"))).StatusCode);
        await RunningBox.Problem(await box.Admin.GetAsync(path), 404, "not-found");
    }

    [Fact]
    public async Task Change_ManyAtOnceWithOneETag_ExactlyOneWins()
    {
        var id = await Add("race-user");
        var path = $"/api/v1/users/{id}";
        var etag = (await box.Admin.GetAsync(path)).Headers.ETag!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            box.Admin.SendAsync(RunningBox.Change(HttpMethod.Patch, path, etag, JsonContent.Create(new { role = "operator" })))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Disable_TheLastAdmin_IsRefused()
    {
        var users = await RunningBox.Json(await box.Admin.GetAsync("/api/v1/users"), HttpStatusCode.OK);
        var admin = users.AsArray().Single(user => (string)user!["username"]! == "admin")!;

        await RunningBox.Problem(
            await box.Admin.SendAsync(RunningBox.Change(
                HttpMethod.Patch, $"/api/v1/users/{admin["id"]}", "*", JsonContent.Create(new { disabled = true }))),
            409, "conflict");
    }

    [Theory]
    [InlineData("""{"username":"Robert'); DROP TABLE users;--","password":"long enough password","role":"viewer"}""", "username")]
    [InlineData("""{"username":"../../etc/passwd","password":"long enough password","role":"viewer"}""", "username")]
    [InlineData("""{"username":"","password":"long enough password","role":"viewer"}""", "username")]
    [InlineData("""{"username":"fine","password":"short","role":"viewer"}""", "password")]
    [InlineData("""{"username":"fine","password":"long enough password","role":"emperor"}""", "role")]
    [InlineData("""{"username":"fine","password":"long enough password","role":3}""", "role")]
    [InlineData("""{"username":"fine","password":"long enough password","role":"viewer","isAdmin":true}""", "isAdmin")]
    [InlineData("""{"username":["fine"],"password":"long enough password","role":"viewer"}""", "username")]
    public async Task Add_HostileBody_Gets400WithThePath(string json, string path)
    {
        var response = await box.Admin.PostAsync("/api/v1/users", RunningBox.Body(json));

        var problem = await RunningBox.Json(response, HttpStatusCode.BadRequest);
        Assert.NotNull(problem["errors"]![path]);
    }

    [Fact]
    public async Task SetPassword_Own_EndsSessionsAndNeedsTheOldOne()
    {
        await Add("own-password");
        using var client = await box.LogIn("own-password");

        await RunningBox.Problem(
            await client.PutAsJsonAsync("/api/v1/session/password", new { current = "not the one", password = "another long password" }), 403, "forbidden");
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await client.PutAsJsonAsync("/api/v1/session/password", new { current = RunningBox.Password, password = "another long password" })).StatusCode);

        await RunningBox.Problem(await client.GetAsync("/api/v1/session"), 401, "unauthenticated");
    }

    [Fact]
    public async Task Changes_AreInTheAuditLog_WithoutPasswords()
    {
        await Add("audited-user");

        var page = await (await box.Admin.GetAsync("/api/v1/audit?limit=200")).Content.ReadAsStringAsync();

        Assert.Contains("user.add", page);
        Assert.DoesNotContain(RunningBox.Password, page);
        var verdict = await RunningBox.Json(await box.Admin.GetAsync("/api/v1/audit/verification"), HttpStatusCode.OK);
        Assert.True((bool)verdict["holds"]!);
    }

    private async Task<string> Add(string name)
    {
        var user = await RunningBox.Json(
            await box.Admin.PostAsJsonAsync("/api/v1/users", new { username = name, password = RunningBox.Password, role = "viewer" }),
            HttpStatusCode.Created);
        return (string)user["id"]!;
    }
}
