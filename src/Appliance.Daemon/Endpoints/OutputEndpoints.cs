using Appliance.Core.Outputs;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Relays and sirens.</summary>
internal static class OutputEndpoints
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    public static void MapOutputs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/outputs").WithTags("Outputs").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/{id}", Get);
        group.MapPost("/{id}/pulse", Pulse).RequireAuthorization(Policies.Technician);
        group.MapPost("/{id}/off", Off).RequireAuthorization(Policies.Operator);
    }

    /// <summary>All outputs and what they do now.</summary>
    private static Ok<OutputsView> List(ApplianceRuntime runtime) => TypedResults.Ok(new OutputsView(
        runtime.Options.Outputs.Driver.ToString().ToLowerInvariant(),
        runtime.Outputs.WhyNot,
        [.. runtime.Outputs.States.Select(OutputView.From)]));

    /// <summary>One output.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> Get(string id, ApplianceRuntime runtime) =>
        Find(id, runtime) is { } state ? TypedResults.Ok(OutputView.From(state)) : Problems.NotFound("output", id);

    /// <summary>Switches on for a while, to try the wiring; at most 10 minutes and the output's own maximum on-time.</summary>
    private static async Task<Results<Ok<OutputView>, ProblemHttpResult>> Pulse(
        string id, PulseRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!(request.Seconds >= 0.1 && request.Seconds <= s_longest.TotalSeconds))
            return Problems.Invalid("seconds", $"must be between 0.1 and {s_longest.TotalSeconds:0}");
        if (!runtime.Outputs.Pulse(new OutputId(id), TimeSpan.FromSeconds(request.Seconds), $"test by {Caller.Of(http).Name}"))
            return Problems.NotFound("output", id);

        await runtime.Store.Audit.Append(
            Caller.Of(http), "output.pulse", id, FormattableString.Invariant($"{request.Seconds:0.0} s"), cancel);
        return TypedResults.Ok(OutputView.From(Find(id, runtime)!));
    }

    /// <summary>Switches off, e.g. a siren that did its work.</summary>
    private static async Task<Results<Ok<OutputView>, ProblemHttpResult>> Off(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!runtime.Outputs.Set(new OutputId(id), false, $"off by {Caller.Of(http).Name}"))
            return Problems.NotFound("output", id);

        await runtime.Store.Audit.Append(Caller.Of(http), "output.off", id, "", cancel);
        return TypedResults.Ok(OutputView.From(Find(id, runtime)!));
    }

    private static OutputState? Find(string id, ApplianceRuntime runtime) =>
        runtime.Outputs.States.FirstOrDefault(state => state.Id.Value == id);
}

/// <param name="Seconds">0.1 to 600.</param>
internal sealed record PulseRequest(double Seconds);

/// <param name="Driver">simulated or gpio.</param>
/// <param name="Fault">Why the lines may not follow their state; null = they do.</param>
/// <param name="Outputs">The outputs.</param>
internal sealed record OutputsView(string Driver, string? Fault, IReadOnlyList<OutputView> Outputs);

/// <summary>What an output does.</summary>
/// <param name="Id">Which.</param>
/// <param name="Active">Whether it is energised.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Until">When it falls back by itself; null = until told.</param>
/// <param name="Reason">Who or what switched it last.</param>
internal sealed record OutputView(string Id, bool Active, DateTimeOffset Since, DateTimeOffset? Until, string Reason)
{
    public static OutputView From(OutputState state) => new(state.Id.Value, state.Active, state.Since, state.Until, state.Reason);
}
