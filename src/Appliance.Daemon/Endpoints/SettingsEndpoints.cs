using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cameras;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>The configuration that the daemon was started with.</summary>
internal static class SettingsEndpoints
{
    private const string Hidden = "***";
    private static readonly string[] s_secrets = ["password", "secret"];

    public static void MapSettings(this IEndpointRouteBuilder routes) => routes.MapGet("/settings", Get)
        .WithTags("System")
        .RequireAuthorization(Policies.Technician)
        .Produces<ApplianceOptions>();

    /// <summary>
    /// The configuration file as it was understood, defaults included, secrets hidden. What was changed over REST is under /cameras,
    /// /recognition and /rules.
    /// </summary>
    private static JsonHttpResult<JsonNode> Get(ApplianceOptions options)
    {
        var json = JsonSerializer.SerializeToNode(options, ApiJson.Options)!;
        Hide(json);
        return TypedResults.Json(json);
    }

    private static void Hide(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Hide(item);
            return;
        }

        if (node is not JsonObject section)
            return;

        foreach (var (name, value) in section.ToList())
        {
            if (s_secrets.Contains(name) && value is not null)
                section[name] = Hidden;
            else if (name == "source" && value is JsonValue source && source.TryGetValue<string>(out var text))
                section[name] = SourceText.Clean(text);
            else
                Hide(value);
        }
    }
}
