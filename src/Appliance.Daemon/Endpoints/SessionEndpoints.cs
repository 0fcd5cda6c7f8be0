using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Audit;
using Appliance.Store.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Logging in and out.</summary>
internal static class SessionEndpoints
{
    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/session").WithTags("Session").RequireAuthorization(Policies.Viewer);
        group.MapPost("", LogIn).AllowAnonymous().RequireRateLimiting(RateLimits.Costly);
        group.MapGet("", Get);
        group.MapDelete("", LogOut);
        group.MapPut("/password", SetPassword).RequireRateLimiting(RateLimits.Costly);
    }

    /// <summary>Logs in. Use the token as <c>Authorization: Bearer</c>; a browser may ask for a cookie instead.</summary>
    private static async Task<Results<Ok<SessionView>, ProblemHttpResult>> LogIn(
        LoginRequest request, ApplianceRuntime runtime, ApiOptions options, HttpContext http, CancellationToken cancel)
    {
        var login = await runtime.Store.Users.LogIn(request.Username, request.Password, Caller.AddressOf(http), cancel);
        if (login.Status == LoginStatus.SlowDown)
            return Problems.SlowDown(http, login.RetryAfter, "Too many failed logins.");
        if (login is not { Status: LoginStatus.Done, User: { } user })
            return Problems.Of(401, "User name or password is wrong.");

        var issued = await runtime.Store.Tokens.Issue(
            "session", user.Role, user.Id, options.SessionLifetime, isSession: true,
            new Actor(user.Name, Caller.AddressOf(http)), cancel);
        if (issued.Value is not { } token)
            return Problems.Conflict(issued.Reason ?? "No session could be made.");

        if (!request.Cookie)
            return TypedResults.Ok(new SessionView(user.Name, user.Role, token.Token.ExpiresAt, token.Secret));

        http.Response.Cookies.Append(TokenAuthentication.CookieName(http.Request), token.Secret, CookieFor(http, token.Token.ExpiresAt));
        return TypedResults.Ok(new SessionView(user.Name, user.Role, token.Token.ExpiresAt, null));
    }

    /// <summary>Who the token speaks for.</summary>
    private static Ok<SessionView> Get(HttpContext http) =>
        TypedResults.Ok(new SessionView(http.User.Identity?.Name ?? "", Caller.RoleOf(http), null, null));

    /// <summary>Logs out: the token is worth nothing from now on.</summary>
    private static async Task<NoContent> LogOut(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        await runtime.Store.Tokens.Revoke(Caller.TokenIdOf(http), Caller.Of(http), cancel);
        http.Response.Cookies.Delete(TokenAuthentication.CookieName(http.Request), CookieFor(http, null));
        return TypedResults.NoContent();
    }

    /// <summary>Changes one's own password; ends all sessions, this one too.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> SetPassword(
        OwnPasswordRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Caller.UserIdOf(http) is not { } id || await runtime.Store.Users.Find(id, cancel) is not { } user)
            return Problems.Conflict("A machine's token has no password.");

        var login = await runtime.Store.Users.LogIn(user.Name, request.Current, Caller.AddressOf(http), cancel);
        if (login.Status == LoginStatus.SlowDown)
            return Problems.SlowDown(http, login.RetryAfter, "Too many failed logins.");
        if (login.Status != LoginStatus.Done)
            return Problems.Forbidden("The current password is wrong.");
        if (UserRules.CheckPassword(user.Name, request.Password) is { } fault)
            return Problems.Invalid("password", fault);

        var change = await runtime.Store.Users.SetPassword(id, null, request.Password, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "user", id);
    }

    private static CookieOptions CookieFor(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}

/// <param name="Username">As enrolled.</param>
/// <param name="Password">As set.</param>
/// <param name="Cookie">Leave a cookie in the browser instead of giving the token to the page.</param>
internal sealed record LoginRequest(string Username, string Password, bool Cookie = false);

/// <param name="Current">The password so far.</param>
/// <param name="Password">The new one, at least 12 characters.</param>
internal sealed record OwnPasswordRequest(string Current, string Password);

/// <param name="Name">User, or <c>token:NAME</c>.</param>
/// <param name="Role">viewer, operator, technician or admin.</param>
/// <param name="ExpiresAt">End of the session, UTC.</param>
/// <param name="Token">Shown once, after a login without cookie.</param>
internal sealed record SessionView(string Name, Role Role, DateTimeOffset? ExpiresAt, string? Token);
