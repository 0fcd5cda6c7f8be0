using Appliance.Core.Outputs;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Relays and sirens. Every command passes <see cref="IOutputCommands"/>, which audits it.</summary>
internal static class OutputEndpoints
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longestHold = TimeSpan.FromDays(1);

    public static void MapOutputs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/outputs").WithTags("Outputs").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/{id}", Get);
        group.MapPost("/{id}/pulse", Pulse).RequireAuthorization(Policies.Technician);
        group.MapPost("/{id}/pattern", Play).RequireAuthorization(Policies.Technician);
        group.MapPost("/{id}/on", On).RequireAuthorization(Policies.Technician);
        group.MapPost("/{id}/off", Off).RequireAuthorization(Policies.Operator);
        group.MapPut("/{id}/override", Override).RequireAuthorization(Policies.Technician);
        group.MapDelete("/{id}/override", Release).RequireAuthorization(Policies.Technician);
        group.MapPut("/inhibition", Inhibit).RequireAuthorization(Policies.Technician);
        group.MapDelete("/inhibition", Permit).RequireAuthorization(Policies.Technician);
    }

    /// <summary>All outputs and what they do now.</summary>
    private static Ok<OutputsView> List(ApplianceRuntime runtime) => TypedResults.Ok(View(runtime));

    /// <summary>One output.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> Get(string id, ApplianceRuntime runtime) =>
        Find(id, runtime) is { } state ? TypedResults.Ok(OutputView.From(state)) : Problems.NotFound("output", id);

    /// <summary>Switches on for a while, to try the wiring; at most 10 minutes and the output's own maximum on-time.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> Pulse(
        string id, PulseRequest request, ApplianceRuntime runtime, HttpContext http) =>
        !(request.Seconds >= 0.1 && request.Seconds <= s_longest.TotalSeconds)
            ? Problems.Invalid("seconds", $"must be between 0.1 and {s_longest.TotalSeconds:0}")
            : Do(id, OutputAction.Pulse(TimeSpan.FromSeconds(request.Seconds)), runtime, http);

    /// <summary>Plays a pattern such as <c>on 0.5 s, off 0.5 s × 10</c>; at most the output's own maximum on-time.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> Play(
        string id, PatternRequest request, ApplianceRuntime runtime, HttpContext http) =>
        OutputPattern.Parse(request.Pattern, out var fault) is { } pattern
            ? Do(id, OutputAction.Play(pattern), runtime, http)
            : Problems.Invalid("pattern", fault);

    /// <summary>Switches on until its maximum on-time or told otherwise.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> On(string id, ApplianceRuntime runtime, HttpContext http) =>
        Do(id, OutputAction.On, runtime, http);

    /// <summary>Switches off, e.g. a siren that did its work.</summary>
    private static Results<Ok<OutputView>, ProblemHttpResult> Off(string id, ApplianceRuntime runtime, HttpContext http) =>
        Do(id, OutputAction.Off, runtime, http);

    /// <summary>
    /// Holds an output on or off for up to a day: rules and other systems cannot switch it meanwhile. It is off afterwards. Its
    /// maximum on-time and its interlocks hold all the same.
    /// </summary>
    private static async Task<Results<Ok<OutputView>, ProblemHttpResult>> Override(
        string id, OverrideRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!(request.Seconds >= 1 && request.Seconds <= s_longestHold.TotalSeconds))
            return Problems.Invalid("seconds", $"must be between 1 and {s_longestHold.TotalSeconds:0}");

        var by = Caller.Of(http);
        var answer = runtime.Outputs.Override(new(id), request.Active, TimeSpan.FromSeconds(request.Seconds), by.Name);
        if (answer.Verdict != OutputVerdict.Unknown)
        {
            await runtime.Store.Audit.Append(
                by, "output.override", id,
                FormattableString.Invariant($"{(request.Active ? "on" : "off")} for {request.Seconds:0} s: {Words(answer)}"), cancel);
        }

        return Show(answer, id);
    }

    /// <summary>Ends an override early; the output is off then.</summary>
    private static async Task<Results<Ok<OutputView>, ProblemHttpResult>> Release(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        var by = Caller.Of(http);
        var answer = runtime.Outputs.Release(new(id), by.Name);
        if (answer.IsTaken)
            await runtime.Store.Audit.Append(by, "output.release", id, "", cancel);
        return Show(answer, id);
    }

    /// <summary>Keeps rules and other systems from switching anything on for up to a day, e.g. while somebody works on the siren.</summary>
    private static async Task<Results<Ok<OutputsView>, ProblemHttpResult>> Inhibit(
        InhibitRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!(request.Seconds >= 1 && request.Seconds <= s_longestHold.TotalSeconds))
            return Problems.Invalid("seconds", $"must be between 1 and {s_longestHold.TotalSeconds:0}");

        var by = Caller.Of(http);
        runtime.OutputCommands.Inhibit(TimeSpan.FromSeconds(request.Seconds), by.Name);
        await runtime.Store.Audit.Append(by, "output.inhibit", "", FormattableString.Invariant($"{request.Seconds:0} s"), cancel);
        return TypedResults.Ok(View(runtime));
    }

    /// <summary>Ends the inhibition.</summary>
    private static async Task<Ok<OutputsView>> Permit(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        runtime.OutputCommands.Inhibit(TimeSpan.Zero, "");
        await runtime.Store.Audit.Append(Caller.Of(http), "output.permit", "", "", cancel);
        return TypedResults.Ok(View(runtime));
    }

    private static Results<Ok<OutputView>, ProblemHttpResult> Do(string id, OutputAction action, ApplianceRuntime runtime, HttpContext http)
    {
        var by = Caller.Of(http);
        return Show(runtime.OutputCommands.Do(new(new(id), action, OutputSource.Person, by.Name, by.Address)), id);
    }

    private static Results<Ok<OutputView>, ProblemHttpResult> Show(OutputAnswer answer, string id) => answer switch
    {
        { Verdict: OutputVerdict.Unknown } => Problems.NotFound("output", id),
        { IsTaken: true, State: { } state } => TypedResults.Ok(OutputView.From(state)),
        _ => Problems.Conflict(answer.Reason),
    };

    private static string Words(OutputAnswer answer) =>
        answer.Verdict.ToString().ToLowerInvariant() + (answer.Reason.Length > 0 ? $", {answer.Reason}" : "");

    private static OutputsView View(ApplianceRuntime runtime) => new(
        runtime.Options.Outputs.Driver.ToString().ToLowerInvariant(),
        runtime.Outputs.WhyNot,
        [.. runtime.Outputs.States.Select(OutputView.From)],
        [.. runtime.Options.Outputs.Groups.Select(group => new OutputGroupView(group.Id, group.Outputs))],
        runtime.OutputCommands.Inhibition);

    private static OutputState? Find(string id, ApplianceRuntime runtime) =>
        runtime.Outputs.States.FirstOrDefault(state => state.Id.Value == id);
}

/// <param name="Seconds">0.1 to 600.</param>
internal sealed record PulseRequest(double Seconds);

/// <param name="Pattern">e.g. <c>on 0.5 s, off 0.5 s × 10</c>.</param>
internal sealed record PatternRequest(string Pattern);

/// <param name="Active">What it is held at.</param>
/// <param name="Seconds">1 to 86400.</param>
internal sealed record OverrideRequest(bool Active, double Seconds);

/// <param name="Seconds">1 to 86400.</param>
internal sealed record InhibitRequest(double Seconds);

/// <param name="Driver">simulated or gpio.</param>
/// <param name="Fault">Why the lines may not follow their state; null = they do.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Groups">Names for several of them.</param>
/// <param name="Inhibition">Rules and other systems switch nothing on until then; null = they may.</param>
internal sealed record OutputsView(
    string Driver, string? Fault, IReadOnlyList<OutputView> Outputs, IReadOnlyList<OutputGroupView> Groups, OutputInhibition? Inhibition);

/// <param name="Id">Usable wherever an output is named.</param>
/// <param name="Outputs">Its outputs.</param>
internal sealed record OutputGroupView(string Id, IReadOnlyList<string> Outputs);

/// <summary>What an output does.</summary>
/// <param name="Id">Which.</param>
/// <param name="Active">Whether it is energised; a pattern is one activation.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Until">When it falls back by itself; null = until told.</param>
/// <param name="Reason">Who or what switched it last.</param>
/// <param name="Override">Who holds it, and until when; null = nobody.</param>
internal sealed record OutputView(
    string Id, bool Active, DateTimeOffset Since, DateTimeOffset? Until, string Reason, OutputOverride? Override)
{
    public static OutputView From(OutputState state) =>
        new(state.Id.Value, state.Active, state.Since, state.Until, state.Reason, state.Override);
}
