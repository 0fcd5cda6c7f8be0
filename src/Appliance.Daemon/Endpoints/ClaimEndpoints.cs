using System.Globalization;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store;
using Appliance.Store.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>How a new box gets its first admin: there is no default password.</summary>
internal static class ClaimEndpoints
{
    private const string SlowDown = "too many wrong codes";

    public static void MapClaim(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/claim").WithTags("Session").AllowAnonymous();
        group.MapGet("", Get);
        group.MapPost("", Claim).RequireRateLimiting(RateLimits.Costly);
    }

    /// <summary>Whether the box has an admin already.</summary>
    private static Ok<ClaimView> Get(ApplianceRuntime runtime) => TypedResults.Ok(new ClaimView(runtime.Store.Users.IsClaimed));

    /// <summary>Makes the first admin with the one-time code that the daemon printed at its start.</summary>
    private static async Task<Results<Created<UserView>, ProblemHttpResult>> Claim(
        ClaimRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (runtime.Store.Users.IsClaimed)
            return Problems.Conflict("The box is claimed already.");
        if (UserRules.CheckName(request.Username) is { } name)
            return Problems.Invalid("username", name);
        if (UserRules.CheckPassword(request.Username, request.Password) is { } password)
            return Problems.Invalid("password", password);

        var change = await runtime.Store.ClaimCode.Claim(
            request.Code, request.Username, request.Password, Caller.AddressOf(http), cancel);
        return change switch
        {
            { Status: ChangeStatus.Done, Value: { } user } => TypedResults.Created($"/api/v1/users/{user.Id}", UserView.From(user)),
            { Reason: { } reason } when reason.StartsWith(SlowDown, StringComparison.Ordinal) =>
                Problems.SlowDown(http, PauseIn(reason), reason),
            { Reason: { } reason } => Problems.Forbidden(reason),
            _ => Problems.Conflict("The box is claimed already."),
        };
    }

    private static TimeSpan PauseIn(string reason) =>
        double.TryParse(new string([.. reason.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(1);
}

/// <param name="Claimed">False: only a claim is possible.</param>
internal sealed record ClaimView(bool Claimed);

/// <param name="Code">As printed; dashes and case do not matter.</param>
/// <param name="Username">Name of the first admin: 1–64 of a–z, 0–9, '.', '_' and '-'.</param>
/// <param name="Password">At least 12 characters.</param>
internal sealed record ClaimRequest(string Code, string Username, string Password);
