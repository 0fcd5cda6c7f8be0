using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.IntegrationTests.Daemon;

[Collection(SharedBox.Name)]
public class AuthorizationTests(RunningBox box)
{
    private static readonly string[] s_roles = ["viewer", "operator", "technician", "admin"];

    private static readonly string[] s_open =
        ["GET /health/live", "GET /health/ready", "GET /api/v1/claim", "POST /api/v1/claim", "POST /api/v1/session"];

    [Fact]
    public void Endpoints_WithoutToken_AreExactlyThese() =>
        Assert.Equal(s_open.Order(), Endpoints().Where(endpoint => endpoint.Policy is null).Select(endpoint => $"{endpoint.Method} {endpoint.Path}").Order());

    [Fact]
    public async Task EveryEndpoint_Stranger_Gets401()
    {
        foreach (var (method, path, _) in Endpoints().Where(endpoint => endpoint.Policy is not null))
        {
            using var response = await box.Anonymous.SendAsync(Request(method, path));

            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} answered {(int)response.StatusCode}");
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }
    }

    [Fact]
    public async Task EveryEndpoint_RoleJustBelow_Gets403()
    {
        HttpClient[] clients = [box.Viewer, box.Operator, box.Technician];
        var refused = 0;
        foreach (var (method, path, policy) in Endpoints())
        {
            var least = Array.IndexOf(s_roles, policy);
            if (least <= 0)
                continue;

            using var response = await clients[least - 1].SendAsync(Request(method, path));
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{s_roles[least - 1]} {method} {path}: {(int)response.StatusCode}");
            refused++;
        }

        Assert.True(refused > 25, $"only {refused} endpoints need more than viewer");
    }

    [Theory]
    [InlineData("viewer", "/api/v1/system", true)]
    [InlineData("viewer", "/api/v1/alerts", true)]
    [InlineData("viewer", "/metrics", true)]
    [InlineData("viewer", "/api/v1/watchlist/persons", false)]
    [InlineData("operator", "/api/v1/watchlist/persons", true)]
    [InlineData("operator", "/api/v1/settings", false)]
    [InlineData("technician", "/api/v1/settings", true)]
    [InlineData("technician", "/api/v1/users", false)]
    [InlineData("admin", "/api/v1/users", true)]
    [InlineData("admin", "/api/v1/audit", true)]
    public async Task Get_ByRole_IsAllowedOrNot(string role, string path, bool allowed)
    {
        var client = role switch { "viewer" => box.Viewer, "operator" => box.Operator, "technician" => box.Technician, _ => box.Admin };

        using var response = await client.GetAsync(path);

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("wp_wrong")]
    [InlineData("")]
    [InlineData("' OR 1=1 --")]
    public async Task Get_WrongToken_Gets401(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/system");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");

        await RunningBox.Problem(await box.Anonymous.SendAsync(request), 401, "unauthenticated");
    }

    [Fact]
    public async Task Get_UnknownPath_IsA404ProblemForUsersAnd401ForStrangers()
    {
        await RunningBox.Problem(await box.Viewer.GetAsync("/api/v1/nothing"), 404, "not-found");
        await RunningBox.Problem(await box.Anonymous.GetAsync("/api/v1/nothing"), 401, "unauthenticated");
    }

    [Fact]
    public async Task LogOut_Token_IsWorthNothingAfterwards()
    {
        using var client = await box.LogIn("viewer");
        await RunningBox.Json(await client.GetAsync("/api/v1/session"), HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/v1/session")).StatusCode);

        await RunningBox.Problem(await client.GetAsync("/api/v1/session"), 401, "unauthenticated");
    }

    [Fact]
    public async Task MachineToken_Revoked_StopsAtOnce()
    {
        var issued = await RunningBox.Json(
            await box.Admin.PostAsJsonAsync("/api/v1/tokens", new { name = "vms", role = "viewer", lifetimeDays = 30 }), HttpStatusCode.Created);
        using var machine = box.Client((string)issued["secret"]!);
        await RunningBox.Json(await machine.GetAsync("/api/v1/alerts"), HttpStatusCode.OK);
        var listed = await (await box.Admin.GetAsync("/api/v1/tokens")).Content.ReadAsStringAsync();
        Assert.DoesNotContain((string)issued["secret"]!, listed);

        Assert.Equal(HttpStatusCode.NoContent, (await box.Admin.DeleteAsync($"/api/v1/tokens/{issued["token"]!["id"]}")).StatusCode);

        await RunningBox.Problem(await machine.GetAsync("/api/v1/alerts"), 401, "unauthenticated");
    }

    [Fact]
    public async Task Cookie_ChangeFromAnotherSite_IsNotBelieved()
    {
        var login = await box.Anonymous.PostAsJsonAsync(
            "/api/v1/session", new { username = "technician", password = RunningBox.Password, cookie = true });
        Assert.Null((await RunningBox.Json(login, HttpStatusCode.OK))["token"]);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-watchpost=", cookie);
        foreach (var attribute in new[] { "secure", "httponly", "samesite=strict", "path=/" })
            Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(HttpStatusCode.OK, await Send(HttpMethod.Get, "/api/v1/system", cookie, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send(HttpMethod.Post, "/api/v1/outputs/siren/off", cookie, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send(HttpMethod.Post, "/api/v1/outputs/siren/off", cookie, "https://evil.example"));
        Assert.Equal(HttpStatusCode.OK, await Send(HttpMethod.Post, "/api/v1/outputs/siren/off", cookie, box.Address.GetLeftPart(UriPartial.Authority)));
    }

    private async Task<HttpStatusCode> Send(HttpMethod method, string path, string cookie, string? origin)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Cookie", cookie.Split(';')[0]);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        using var response = await box.Anonymous.SendAsync(request);
        return response.StatusCode;
    }

    private static HttpRequestMessage Request(string method, string path) =>
        new(new HttpMethod(method), path) { Content = method is "POST" or "PUT" or "PATCH" ? JsonContent.Create(new JsonObject()) : null };

    private IEnumerable<(string Method, string Path, string? Policy)> Endpoints() =>
        from endpoint in box.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        let open = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        let policy = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).MaxBy(policy => Array.IndexOf(s_roles, policy))
        select (method, Regex.Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "{[^}]+}", One), open ? null : policy ?? "none");

    /// <summary>A value that the route takes.</summary>
    private static string One(Match parameter) => parameter.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "x";
}
