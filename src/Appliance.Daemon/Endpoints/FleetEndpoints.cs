using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Fleet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>The other boxes of the site.</summary>
internal static class FleetEndpoints
{
    public static void MapFleet(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/fleet", List).WithTags("System").RequireAuthorization(Policies.Viewer);

    /// <summary>All boxes that the site's broker knows, this one included, as they said themselves.</summary>
    private static Ok<FleetView> List(ApplianceRuntime runtime) => TypedResults.Ok(new FleetView(
        runtime.Fleet.Health, runtime.Fleet.Board.Boxes, runtime.Fleet.Board.LeftOut, runtime.Fleet.Board.Unreadable));
}

/// <param name="Broker">State of the connection that listens; null = switched off (Mqtt.Fleet). While it is not connected, the boxes are as they were.</param>
/// <param name="Boxes">By serial number.</param>
/// <param name="LeftOut">Messages of more boxes than are remembered.</param>
/// <param name="Unreadable">Messages that were not understood.</param>
internal sealed record FleetView(MqttHealth? Broker, IReadOnlyList<FleetBox> Boxes, long LeftOut, long Unreadable);
