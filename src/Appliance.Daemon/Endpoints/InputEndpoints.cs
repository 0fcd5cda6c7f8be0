using Appliance.Core.Inputs;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Door contacts and tamper switches.</summary>
internal static class InputEndpoints
{
    public static void MapInputs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/inputs").WithTags("Inputs").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapPut("/{id}", Simulate).RequireAuthorization(Policies.Technician);
    }

    /// <summary>All inputs as they are.</summary>
    private static Ok<InputsView> List(ApplianceRuntime runtime) => TypedResults.Ok(new InputsView(
        runtime.Options.Inputs.Driver.ToString().ToLowerInvariant(), runtime.Inputs.WhyNot, runtime.Inputs.States));

    /// <summary>Moves a simulated input, to try rules without wiring.</summary>
    private static async Task<Results<Ok<InputState>, ProblemHttpResult>> Simulate(
        string id, SimulateRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (runtime.Inputs.IsActive(id) is null)
            return Problems.NotFound("input", id);
        if (!runtime.Inputs.Simulate(id, request.Active))
            return Problems.Conflict("This input is wired: only the contact moves it.");

        await runtime.Store.Audit.Append(Caller.Of(http), "input.simulate", id, request.Active ? "active" : "inactive", cancel);
        return TypedResults.Ok(runtime.Inputs.States.First(state => state.Id == id));
    }
}

/// <param name="Active">Door open, switch tripped.</param>
internal sealed record SimulateRequest(bool Active);

/// <param name="Driver">simulated or gpio.</param>
/// <param name="Fault">Why the states may not be true; null = they are.</param>
/// <param name="Inputs">The inputs. A change shows after its debounce.</param>
internal sealed record InputsView(string Driver, string? Fault, IReadOnlyList<InputState> Inputs);
