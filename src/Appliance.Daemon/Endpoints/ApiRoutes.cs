using Appliance.Daemon.Endpoints.Metrics;

namespace Appliance.Daemon.Endpoints;

/// <summary>All of REST: one line per resource.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapHealth();
        routes.MapMetrics();

        var api = routes.MapGroup("/api/v1");
        api.MapClaim();
        api.MapSession();
        api.MapSystem();
        api.MapAsyncApi();
        api.MapNetwork();
        api.MapFleet();
        api.MapNotifications();
        api.MapCameras();
        api.MapPersons();
        api.MapPhotos();
        api.MapWatchlist();
        api.MapAlerts();
        api.MapOutbox();
        api.MapEvidence();
        api.MapEvidenceNotes();
        api.MapAnchoring();
        api.MapOutputs();
        api.MapRecognition();
        api.MapRules();
        api.MapEngine();
        api.MapInputs();
        api.MapModels();
        api.MapFederation();
        api.MapSettings();
        api.MapUsers();
        api.MapTokens();
        api.MapAudit();
        api.MapEvents();
    }
}
