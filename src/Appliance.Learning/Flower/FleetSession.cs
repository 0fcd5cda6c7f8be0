using Appliance.Core;
using Appliance.Grpc;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning.Flower;

/// <summary>
/// A box in a Flower federation over the Fleet API (SuperLink 1.23 and later): registers, stays alive, asks for work, always answers,
/// and leaves so that its last answer is still collected. Outlives the server's restarts and days without a network.
/// </summary>
internal sealed partial class FleetSession
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);

    // What only a person can put right is tried seldom: a certificate, a key that nobody registered, a server of another age.
    private static readonly TimeSpan s_refusedPause = TimeSpan.FromMinutes(5);

    private readonly FleetClient _client;
    private readonly FlowerPolicy _policy;
    private readonly IRoundWorker _worker;
    private readonly LinkState _link;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BackOff _backOff = new(s_firstPause, s_longestPause);
    private long _answeredAt;
    private bool _hasAnswered;

    public FleetSession(
        GrpcChannel channel, NodeKey key, FlowerPolicy policy, IRoundWorker worker, LinkState link, TimeProvider clock, ILogger logger)
    {
        _client = new(channel, key, link, clock);
        (_policy, _worker, _link, _clock, _logger) = (policy, worker, link, clock, logger);
    }

    /// <summary>Until <paramref name="stopping"/>, then lingers and leaves. Or until the server says that the federation is over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (await RunOnce(stopping).ConfigureAwait(false) is not { } pause)
                    return;
                await Task.Delay(pause, _clock, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // How it ends.
        }
        finally
        {
            _link.Enter(LinkPhase.Off, node: 0);
        }
    }

    /// <summary>From the registration to the loss or the end; the pause until the next attempt, null = there is none.</summary>
    private async Task<TimeSpan?> RunOnce(CancellationToken stopping)
    {
        _link.Enter(LinkPhase.Connecting);
        ulong node = 0;
        try
        {
            node = await Enter(stopping).ConfigureAwait(false);
            _link.Enter(LinkPhase.Online, node);
            _logger.FederationJoined(node);
            _backOff.Reset();
            return await Stay(node, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (node != 0)
                await Leave(node).ConfigureAwait(false);
            throw;
        }
        catch (GrpcException error)
        {
            return PauseAfter(error);
        }
        catch (NodeForgottenException error)
        {
            // The server was started anew and has forgotten its nodes.
            _link.Fail(error.Message);
            _logger.FederationForgotten(error.Message);
            return _backOff.Next();
        }
    }

    private async Task<ulong> Enter(CancellationToken stopping)
    {
        if (_policy.RegistersItself)
        {
            try
            {
                await _client.Register(stopping).ConfigureAwait(false);
            }
            catch (GrpcException error) when (error.Status == GrpcStatus.FailedPrecondition)
            {
                // Known from an earlier run, or registered by the operator: activation decides.
            }
        }

        return await _client.Activate(_policy.HeartbeatInterval, stopping).ConfigureAwait(false);
    }

    private async Task<TimeSpan?> Stay(ulong node, CancellationToken stopping)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var beating = Beat(node, together.Token);
        var pulling = Pull(node, together.Token);
        var first = await Task.WhenAny(beating, pulling).ConfigureAwait(false);
        await together.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(beating, pulling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);

        // Only the server ends the pulling: with the word to come back later, or not at all.
        var pause = await pulling.ConfigureAwait(false);
        await Leave(node).ConfigureAwait(false);
        return pause;
    }

    private async Task Beat(ulong node, CancellationToken cancel)
    {
        while (true)
        {
            // As Flower's own node does it: early enough that one lost beat does no harm, and not all boxes at once.
            var pause = (_policy.HeartbeatInterval - TimeSpan.FromSeconds(5)) * (0.7 + (0.2 * Random.Shared.NextDouble()));
            await Task.Delay(pause, _clock, cancel).ConfigureAwait(false);
            if (!await Persist(() => _client.Heartbeat(node, _policy.HeartbeatInterval, cancel), cancel).ConfigureAwait(false))
                throw new NodeForgottenException("the server does not know this box any more");
        }
    }

    private async Task<TimeSpan?> Pull(ulong node, CancellationToken cancel)
    {
        while (true)
        {
            var pulled = await Persist(() => _client.PullMessages(node, cancel), cancel).ConfigureAwait(false);
            if (pulled.MessagesList.Count == 0 || pulled.MessageObjectTrees.Count == 0)
            {
                await Task.Delay(_policy.PullPause, _clock, cancel).ConfigureAwait(false);
                continue;
            }

            _link.Enter(LinkPhase.Working);
            var comeBack = await Handle(node, pulled.MessagesList[0], pulled.MessageObjectTrees[0], cancel).ConfigureAwait(false);
            _link.Enter(LinkPhase.Online);
            if (comeBack is { } pause)
                return pause == TimeSpan.Zero ? null : pause;
        }
    }

    /// <summary>Repeats what failed because the server cannot be reached, for as long as it takes.</summary>
    private async Task<T> Persist<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        var backOff = new BackOff(s_firstPause, s_longestPause);
        while (true)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (GrpcException error) when (IsTransient(error))
            {
                _link.Fail(error.Message);
                await Task.Delay(backOff.Next(), _clock, cancel).ConfigureAwait(false);
            }
            catch (GrpcException error) when (error.Status is GrpcStatus.Unauthenticated)
            {
                throw new NodeForgottenException(error.Detail);
            }
        }
    }

    private static bool IsTransient(GrpcException error) =>
        error.Status is GrpcStatus.Unavailable or GrpcStatus.DeadlineExceeded && !error.IsTlsFailure;

    private TimeSpan PauseAfter(GrpcException error)
    {
        var (why, pause) = error.Status switch
        {
            _ when error.IsTlsFailure => ($"the server's certificate is not trusted: {error.Detail}", s_refusedPause),
            _ when IsTransient(error) => (error.Message, _backOff.Next()),
            GrpcStatus.Unimplemented => ("the server does not know RegisterNode/ActivateNode: Flower 1.23 or later is needed", s_refusedPause),
            GrpcStatus.Unknown when error.Detail.Contains("service handler", StringComparison.OrdinalIgnoreCase) =>
                ("the server failed on the registration: another version of Flower, or this box's clock is far off", s_refusedPause),
            GrpcStatus.Unauthenticated => ($"the server refuses the signature ({error.Detail}): is the clock right and the key registered?", _backOff.Next()),
            // Still online from before a crash: the server holds it for gone after a minute.
            GrpcStatus.FailedPrecondition => ($"the server does not activate this box: {error.Detail}", _backOff.Next()),
            _ => (error.Message, _backOff.Next()),
        };
        _link.Fail(why);
        _logger.FederationRefused(why, pause);
        return pause;
    }

    private async Task Leave(ulong node)
    {
        _link.Enter(LinkPhase.Leaving);
        using var limit = new CancellationTokenSource(_policy.Linger + TimeSpan.FromSeconds(15));
        try
        {
            if (_hasAnswered && _policy.Linger - _clock.GetElapsedTime(_answeredAt) is { Ticks: > 0 } rest)
                await Task.Delay(rest, _clock, limit.Token).ConfigureAwait(false);
            await _client.Deactivate(node, limit.Token).ConfigureAwait(false);
            if (_policy.RegistersItself)
                await _client.Unregister(node, limit.Token).ConfigureAwait(false);
            _logger.FederationLeft(node);
        }
        catch (Exception error) when (error is GrpcException or OperationCanceledException)
        {
            // It will be held for gone after a minute of silence.
            _logger.FederationLeftSilently(error.Message);
        }
    }
}

/// <summary>The server has lost this node: it must register anew.</summary>
internal sealed class NodeForgottenException(string message) : Exception(message);
