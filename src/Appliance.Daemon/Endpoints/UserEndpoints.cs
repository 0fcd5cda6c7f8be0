using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>People who log in.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users").WithTags("Users and tokens").RequireAuthorization(Policies.Admin);
        group.MapGet("", List);
        group.MapPost("", Add);
        group.MapGet("/{id}", Get);
        group.MapPatch("/{id}", Update);
        group.MapPut("/{id}/password", SetPassword);
        group.MapDelete("/{id}", Remove);
    }

    /// <summary>All users.</summary>
    private static async Task<Ok<UserView[]>> List(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok((await runtime.Store.Users.List(cancel)).Select(UserView.From).ToArray());

    /// <summary>One user.</summary>
    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> Get(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (await runtime.Store.Users.Find(id, cancel) is not { } user)
            return Problems.NotFound("user", id);

        Preconditions.SetETag(http, user.Version);
        return TypedResults.Ok(UserView.From(user));
    }

    /// <summary>Adds a user.</summary>
    private static async Task<Results<Created<UserView>, ProblemHttpResult>> Add(
        NewUserRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (UserRules.CheckName(request.Username) is { } name)
            return Problems.Invalid("username", name);
        if (UserRules.CheckPassword(request.Username, request.Password) is { } password)
            return Problems.Invalid("password", password);

        var change = await runtime.Store.Users.Add(request.Username, request.Password, request.Role, Caller.Of(http), cancel);
        if (change.Value is not { } user || !change.IsDone)
            return Problems.From(change, "user", request.Username);

        Preconditions.SetETag(http, user.Version);
        return TypedResults.Created($"/api/v1/users/{user.Id}", UserView.From(user));
    }

    /// <summary>Changes role or disables; what is left out stays. There is always an enabled admin.</summary>
    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> Update(
        string id, UserChangeRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } problem)
            return problem;

        var change = await runtime.Store.Users.Update(id, version, request.Role, request.Disabled, Caller.Of(http), cancel);
        if (change.Value is not { } user || !change.IsDone)
            return Problems.From(change, "user", id);

        Preconditions.SetETag(http, user.Version);
        return TypedResults.Ok(UserView.From(user));
    }

    /// <summary>Sets a user's password and ends their sessions.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> SetPassword(
        string id, PasswordRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } problem)
            return problem;
        if (await runtime.Store.Users.Find(id, cancel) is not { } user)
            return Problems.NotFound("user", id);
        if (UserRules.CheckPassword(user.Name, request.Password) is { } fault)
            return Problems.Invalid("password", fault);

        var change = await runtime.Store.Users.SetPassword(id, version, request.Password, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "user", id);
    }

    /// <summary>Removes a user and their tokens.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } problem)
            return problem;

        var change = await runtime.Store.Users.Remove(id, version, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "user", id);
    }
}

/// <param name="Username">1–64 of a–z, 0–9, '.', '_' and '-'.</param>
/// <param name="Password">At least 12 characters.</param>
/// <param name="Role">viewer, operator, technician or admin.</param>
internal sealed record NewUserRequest(string Username, string Password, Role Role);

/// <param name="Role">Null = as it is.</param>
/// <param name="Disabled">Null = as it is.</param>
internal sealed record UserChangeRequest(Role? Role = null, bool? Disabled = null);

/// <param name="Password">At least 12 characters.</param>
internal sealed record PasswordRequest(string Password);

/// <summary>Someone who logs in.</summary>
internal sealed record UserView(
    string Id, string Username, Role Role, bool Disabled, int Version, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt)
{
    public static UserView From(User user) =>
        new(user.Id, user.Name, user.Role, user.Disabled, user.Version, user.CreatedAt, user.LastLoginAt);
}
