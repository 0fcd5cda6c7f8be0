using System.Security.Claims;
using System.Text.Encodings.Web;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Appliance.Daemon.Endpoints.Security;

/// <summary>
/// Who a request speaks for: a token from <c>Authorization: Bearer</c>, or from the cookie that a login in a browser left. A cookie is
/// believed for changes only when the browser says that the page is ours (SameSite=Strict, and Origin or Sec-Fetch-Site).
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApplianceRuntime runtime,
    IProblemDetailsService problems)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "watchpost";
    public const string UserId = "watchpost:user";
    public const string TokenId = "watchpost:token";

    /// <summary>With TLS the browser itself enforces the prefix: Secure, this host only, whole site (RFC 6265bis §4.1.3.2).</summary>
    public static string CookieName(HttpRequest request) => request.IsHttps ? "__Host-watchpost" : "watchpost";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        string? secret = null;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            secret = header["Bearer ".Length..].Trim();
        else if (header.Length == 0 && Request.Cookies.TryGetValue(CookieName(Request), out var cookie))
            secret = IsOurPage() ? cookie : null;

        if (string.IsNullOrEmpty(secret))
            return AuthenticateResult.NoResult();
        if (await runtime.Store.Tokens.Authenticate(secret, Context.RequestAborted) is not { } identity)
            return AuthenticateResult.Fail("unknown, expired or revoked token");

        var claims = new List<Claim>
        {
            new(ClaimTypes.Name, identity.Name),
            new(ClaimTypes.Role, identity.Role.ToString()),
            new(TokenId, identity.TokenId),
        };
        if (identity.UserId is { } user)
            claims.Add(new(UserId, user));
        return AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, Scheme)), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"watchpost\"";
        return Answer(Problems.Make(401, "Send Authorization: Bearer with a valid token; POST /api/v1/session gives one."));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Answer(Problems.Make(403, "Your role does not allow this."));

    private async Task Answer(Microsoft.AspNetCore.Mvc.ProblemDetails problem)
    {
        Response.StatusCode = problem.Status!.Value;
        await problems.WriteAsync(new() { HttpContext = Context, ProblemDetails = problem });
    }

    private bool IsOurPage()
    {
        if (HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method))
            return true;
        if (Request.Headers[HeaderNames.Origin].ToString() is { Length: > 0 } origin)
            return origin.Equals($"{Request.Scheme}://{Request.Host}", StringComparison.OrdinalIgnoreCase);
        return Request.Headers["Sec-Fetch-Site"] == "same-origin";
    }
}
