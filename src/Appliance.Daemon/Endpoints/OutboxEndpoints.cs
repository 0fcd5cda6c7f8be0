using Appliance.Core.Alerts;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Mqtt.Consumers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>What waits for whom, and sending it again.</summary>
internal static class OutboxEndpoints
{
    public static void MapOutbox(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/outbox").WithTags("Outbox").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapPost("/{destination}/replay", Replay).RequireAuthorization(Policies.Technician);
    }

    /// <summary>Every destination: how many alerts wait, and how far its consumers have got.</summary>
    private static async Task<Ok<OutboxesView>> List(ApplianceRuntime runtime, CancellationToken cancel)
    {
        var destinations = new List<OutboxView>();
        foreach (var outbox in runtime.Store.Outboxes)
            destinations.Add(new(outbox.Destination, outbox.Depth, await outbox.Consumers(cancel)));
        return TypedResults.Ok(new OutboxesView(runtime.Store.Alerts.LastSeq, destinations, runtime.Mqtt.Consumers));
    }

    /// <summary>Sends stored alerts again, from one number to another inclusive (at most 10,000). Ids stay the same.</summary>
    private static async Task<Results<Ok<ReplayResult>, ProblemHttpResult>> Replay(
        string destination, ReplayView request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (runtime.Store.Outboxes.FirstOrDefault(outbox => outbox.Destination == destination) is not { } outbox)
            return Problems.NotFound("destination", destination);

        var range = new SeqRange(request.From, request.To);
        if (!range.IsValid || range.Count > ConsumerMessages.MaxReplay)
            return Problems.Invalid("to", $"from and to must be numbers from 1 on, at most {ConsumerMessages.MaxReplay} alerts");

        var result = await outbox.Replay(range, cancel);
        await runtime.Store.Audit.Append(Caller.Of(http), "outbox.replay", destination, $"alerts {range}, {result.Queued} queued", cancel);
        return TypedResults.Ok(result);
    }
}

/// <param name="From">First number.</param>
/// <param name="To">Last number, inclusive.</param>
internal sealed record ReplayView(long From, long To);

/// <param name="LastSeq">Number of the last alert.</param>
/// <param name="Destinations">By name, e.g. mqtt.native.</param>
/// <param name="Messages">What consumers said since start; null: none is listened to.</param>
internal sealed record OutboxesView(long LastSeq, IReadOnlyList<OutboxView> Destinations, ConsumerFigures? Messages);

/// <summary>The queue of one destination.</summary>
/// <param name="Destination">Name.</param>
/// <param name="Depth">Alerts that have not left: not yet taken, or not yet acknowledged by a required consumer.</param>
/// <param name="Consumers">Who acknowledges, and how far they have got.</param>
internal sealed record OutboxView(string Destination, long Depth, IReadOnlyList<ConsumerState> Consumers);
