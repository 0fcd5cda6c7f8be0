using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Endpoints;

/// <summary>What happens, while it happens (server-sent events, WHATWG HTML §9.2).</summary>
internal static class EventEndpoints
{
    private const int MaxWatchers = 32;
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);
    private static int s_watchers;

    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Watch)
        .WithTags("Events")
        .RequireAuthorization(Policies.Viewer)
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream");

    /// <summary>
    /// A stream of <c>alert</c>, <c>review</c>, <c>output</c>, <c>input</c>, <c>camera</c>, <c>broker</c> and <c>track</c> events. A slow
    /// reader loses the oldest; what must not be lost is under /alerts.
    /// </summary>
    /// <param name="record">
    /// Also a <c>scene</c> event per frame: what <c>watchpost rules test</c> asks rules about. Each <c>data</c> is a line of a recording.
    /// </param>
    /// <param name="runtime">The box.</param>
    /// <param name="lifetime">Ends the stream when the box stops.</param>
    /// <param name="http">The request.</param>
    /// <param name="cancel">The reader left.</param>
    private static async Task Watch(
        bool? record,
        ApplianceRuntime runtime, IHostApplicationLifetime lifetime, HttpContext http, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref s_watchers) > MaxWatchers)
        {
            Interlocked.Decrement(ref s_watchers);
            await Problems.Unavailable($"{MaxWatchers} clients watch already.").ExecuteAsync(http);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        try
        {
            await Stream(runtime, http.Response, record == true, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader left, or the box stops: both are how a stream ends.
        }
        finally
        {
            Interlocked.Decrement(ref s_watchers);
        }
    }

    private static async Task Stream(ApplianceRuntime runtime, HttpResponse response, bool record, CancellationTokenSource ending)
    {
        var cancel = ending.Token;
        response.ContentType = "text/event-stream";
        await using var events = runtime.Pipeline.Live.Watch(cancel, record).GetAsyncEnumerator(CancellationToken.None);
        // Asked for before the first byte is sent: whoever has seen that byte misses nothing from then on.
        var next = events.MoveNextAsync().AsTask();
        try
        {
            await Write(response, ": watching\n\n", cancel);
            while (await NextOrHeartbeat(next, runtime.Clock, response, cancel))
            {
                var (type, data) = events.Current;
                await Write(response, $"event: {type}\ndata: {JsonSerializer.Serialize(View(data), ApiJson.Options)}\n\n", cancel);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // An enumerator must not be disposed while it is asked for the next one.
            await ending.CancelAsync();
            await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task<bool> NextOrHeartbeat(Task<bool> next, TimeProvider clock, HttpResponse response, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(s_heartbeat, clock, cancel);
            }
            catch (TimeoutException)
            {
                // A comment: keeps proxies from closing and finds readers that are gone.
                await Write(response, ": still here\n\n", cancel);
            }
        }
    }

    private static object View(object data) => data switch
    {
        Alert alert => AlertView.From(alert),
        OutputState output => OutputView.From(output),
        _ => data,
    };

    private static async Task Write(HttpResponse response, string text, CancellationToken cancel)
    {
        await response.WriteAsync(text, cancel);
        await response.Body.FlushAsync(cancel);
    }
}
