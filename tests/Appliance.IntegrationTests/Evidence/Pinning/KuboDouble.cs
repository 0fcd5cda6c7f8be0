using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Evidence.Pinning;

/// <summary>
/// As much of Kubo's RPC as pinning uses, over real HTTP: works out each address itself from what it was sent and how it was asked to
/// import it. (build/suites/evidence-js.sh does the same with the official importer.)
/// </summary>
internal sealed class KuboDouble : IAsyncDisposable
{
    private static readonly (string Option, string Value)[] s_import =
    [
        ("cid-version", "1"), ("hash", "sha2-256"), ("raw-leaves", "true"), ("chunker", "size-262144"), ("max-file-links", "174"),
        ("trickle", "false"), ("inline", "false"), ("wrap-with-directory", "false"), ("pin", "true"),
        ("cid-base", "base32"),
    ];

    private readonly WebApplication _host;

    private KuboDouble(WebApplication host) => _host = host;

    public string Address => _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>What is pinned, by address.</summary>
    public ConcurrentDictionary<string, byte[]> Pinned { get; } = new();

    /// <summary>Names of the files in the order in which they came.</summary>
    public ConcurrentQueue<string> Came { get; } = new();

    /// <summary>The bearer token it wants; null = none.</summary>
    public string? Token { get; set; }

    /// <summary>What it does with a file of that name instead of taking it.</summary>
    public Func<string, IResult?>? Refuse { get; set; }

    /// <summary>Imports with settings of its own.</summary>
    public bool HasOtherSettings { get; set; }

    public static async Task<KuboDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A client on a loaded machine may pause within a file.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var host = builder.Build();
        var node = new KuboDouble(host);
        host.Use(async (http, next) =>
        {
            if (node.Token is { } token && http.Request.Headers.Authorization != "Bearer " + token)
                http.Response.StatusCode = 403;
            else
                await next(http);
        });
        host.MapPost("/api/v0/add", (HttpRequest request) => node.Add(request));
        host.MapPost("/api/v0/pin/rm", (string arg) => node.Pinned.TryRemove(arg, out _)
            ? Results.Text(new JsonObject { ["Pins"] = new JsonArray(arg) }.ToJsonString())
            : Fault("not pinned or pinned indirectly"));
        await host.StartAsync();
        return node;
    }

    public static IResult Fault(string message) =>
        Results.Text(new JsonObject { ["Message"] = message, ["Code"] = 0, ["Type"] = "error" }.ToJsonString(), "application/json", statusCode: 500);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<IResult> Add(HttpRequest request)
    {
        foreach (var (option, value) in s_import)
        {
            if (request.Query[option] != value)
                return Fault($"{option} is {request.Query[option]}");
        }

        var file = (await request.ReadFormAsync()).Files.Single();
        Came.Enqueue(file.FileName);
        if (Refuse?.Invoke(file.FileName) is { } refusal)
            return refusal;
        using var content = new MemoryStream();
        await file.CopyToAsync(content);
        var cid = UnixFsCid.Of(HasOtherSettings ? [.. content.ToArray(), 0] : content.ToArray());
        Pinned[cid] = content.ToArray();
        return Results.Text(new JsonObject { ["Name"] = file.FileName, ["Hash"] = cid, ["Size"] = $"{content.Length}" }.ToJsonString() + "\n");
    }
}
