using Appliance.Daemon.Endpoints.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>What the box says over MQTT, as a document for tools: <c>mqtt-schemas/asyncapi.yaml</c> of this version.</summary>
internal static class AsyncApiEndpoints
{
    public static void MapAsyncApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/asyncapi").WithTags("System").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Yaml);
        group.MapGet("/json", Json);
    }

    /// <summary>The AsyncAPI 3.0 document of all MQTT topics in every dialect, as YAML.</summary>
    private static FileStreamHttpResult Yaml() => TypedResults.Stream(Open("asyncapi.yaml"), "application/vnd.aai.asyncapi+yaml");

    /// <summary>The same as JSON.</summary>
    private static FileStreamHttpResult Json() => TypedResults.Stream(Open("asyncapi.json"), "application/vnd.aai.asyncapi+json");

    private static Stream Open(string name) =>
        typeof(AsyncApiEndpoints).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} was not built in.");
}
