using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Sparkplug;

/// <summary>From session to session.</summary>
public sealed partial class SparkplugNode
{
    // A session that lived this long was a good one; the next pause starts small again.
    private static readonly TimeSpan s_good = TimeSpan.FromSeconds(20);

    /// <summary>Works until stopped; returns after the farewell. Does not throw for what brokers, the network or the disk do.</summary>
    public async Task Run(CancellationToken stopping)
    {
        for (var server = 0; !stopping.IsCancellationRequested; server = (server + 1) % _servers.Count)
        {
            var began = _clock.GetTimestamp();
            try
            {
                await Connect(_servers[server], _hosts[server], stopping).ConfigureAwait(false);
            }
            catch (MosquittoException error)
            {
                Fail(_servers[server].Name, error.Message);
            }
            catch (MqttSessionEndedException)
            {
                Fail(_servers[server].Name, "the connection ended");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                // A password file that cannot be read, a disk that is full: said in health, tried again.
                _logger.SessionBroke(error);
                Fail(_servers[server].Name, error.Message);
            }
            finally
            {
                _model.EndSession();
            }

            if (_clock.GetElapsedTime(began) > s_good)
                _backOff.Reset();
            await Pause(_backOff.Next(), stopping).ConfigureAwait(false);
        }

        Become(SparkplugState.Stopped, "", Health.Server);
    }

    /// <summary>One connection from CONNECT to its end.</summary>
    private async Task Connect(SparkplugServer server, PrimaryHost? host, CancellationToken stopping)
    {
        await _alerts.Load(stopping).ConfigureAwait(false);
        var birthDeath = _unusedBirthDeath ?? await _memory.NextBirthDeath(stopping).ConfigureAwait(false);
        _unusedBirthDeath = birthDeath;
        _model.SetBirthDeath(birthDeath);
        if (Health.State == SparkplugState.Stopped)
            Become(SparkplugState.Connecting, "", server.Name);

        var options = server.Connection() with { Will = Will(birthDeath) };
        using var client = MosquittoClient.Connect(options);
        Task acks = Task.CompletedTask;
        try
        {
            await Connected(client, stopping).ConfigureAwait(false);
            _logger.SessionBegan(server.Name, options.ClientId, birthDeath);
            var session = new MqttSession(client);
            acks = session.PumpAcks();
            host?.BeginSession();
            await new SessionLoop(this, server, host, client, session, birthDeath).Run(stopping).ConfigureAwait(false);
        }
        finally
        {
            client.Dispose();
            await acks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Never two connections at once; an attempt that hangs in the kernel has sent nothing and will not.
            await Task.WhenAny(client.Ended, Task.Delay(Farewell)).ConfigureAwait(false);
            if (client.ConnectSent)
                _unusedBirthDeath = null;
        }

        if (await client.Ended.ConfigureAwait(false) is { } reason)
            throw reason;
    }

    private MosquittoPublish Will(int birthDeath)
    {
        var message = new MqttMessage();
        SparkplugPublisher.WriteDeath(message, _writer, _model.Node, birthDeath, _clock.GetUtcNow());
        return new() { Topic = _topics.NodeDeath, Payload = message.Payload.WrittenMemory, Qos = 1, Retain = false };
    }

    private async Task Connected(MosquittoClient client, CancellationToken stopping)
    {
        try
        {
            await client.Connected.WaitAsync(_options.ConnectTimeout, _clock, stopping).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new MosquittoException(MosquittoFault.Network, $"no answer within {_options.ConnectTimeout.TotalSeconds:0.#} s");
        }
    }

    private void Fail(string server, string reason)
    {
        var before = Health;
        Become(SparkplugState.Offline, reason, server);
        // Each attempt of a long outage would say the same.
        if (before.State != SparkplugState.Offline || before.Reason != reason || before.Server != server)
            _logger.SessionFailed(server, reason);
    }

    private async Task Pause(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, _clock, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
