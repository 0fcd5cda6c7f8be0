using Appliance.Core;
using Appliance.Grpc;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning.Flower;

/// <summary>
/// A box in a federation over the bidirectional stream (<c>flwr.server.start_server</c>, 1.6.0 to today). The server speaks first, which may
/// take hours; then both alternate. There is no authentication on this transport and no run: TLS and the address are all the trust.
/// </summary>
internal sealed class JoinSession(
    GrpcChannel channel, IRoundWorker worker, LinkState link, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);

    private readonly BackOff _backOff = new(s_firstPause, s_longestPause);

    /// <summary>Until <paramref name="stopping"/>, or until the server says that it is over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (await RunOnce(stopping).ConfigureAwait(false) is not { } pause)
                    return;
                await Task.Delay(pause, clock, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // How it ends.
        }
        finally
        {
            link.Enter(LinkPhase.Off);
        }
    }

    private async Task<TimeSpan?> RunOnce(CancellationToken stopping)
    {
        link.Enter(LinkPhase.Connecting);
        try
        {
            await using var call = channel.Duplex<Wire.ClientMessage, Wire.ServerMessage>(
                "/flwr.proto.FlowerService/Join", Wire.ServerMessage.Parser, GrpcCallOptions.None, stopping);
            while (await call.Read().ConfigureAwait(false) is { } asked)
            {
                _backOff.Reset();
                link.Enter(LinkPhase.Working);
                if (asked.MsgCase == Wire.ServerMessage.MsgOneofCase.ReconnectIns)
                    return await Part(call, asked.ReconnectIns.Seconds).ConfigureAwait(false);

                var answer = await Answer(asked, stopping).ConfigureAwait(false);
                await call.Write(answer).ConfigureAwait(false);
                link.Contact(answer.CalculateSize(), asked.CalculateSize());
                link.Enter(LinkPhase.Online);
            }

            return _backOff.Next();
        }
        catch (GrpcException error)
        {
            var pause = error.IsTlsFailure ? TimeSpan.FromMinutes(5) : _backOff.Next();
            link.Fail(error.Message);
            logger.FederationRefused(error.Message, pause);
            return pause;
        }
    }

    private async Task<TimeSpan?> Part(GrpcDuplexCall<Wire.ClientMessage, Wire.ServerMessage> call, long seconds)
    {
        await call.Write(new() { DisconnectRes = new() { Reason = Wire.Reason.Reconnect } }).ConfigureAwait(false);
        call.Complete();
        try
        {
            // The server ends the stream with UNAVAILABLE "Cancelling all calls": that is how it says goodbye.
            await call.Read().ConfigureAwait(false);
        }
        catch (GrpcException)
        {
        }

        logger.FederationReconnect(seconds);
        return seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : null;
    }

    private async Task<Wire.ClientMessage> Answer(Wire.ServerMessage asked, CancellationToken cancel)
    {
        RoundTask? task = null;
        RoundAnswer answer;
        try
        {
            task = Read(asked);
            answer = await worker.Work(task, cancel).ConfigureAwait(false);
        }
        catch (PayloadException error)
        {
            logger.FederationPayloadRefused(error.Message);
            answer = new RoundAnswer.Refused(FlowerError.PreconditionFailed, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.FederationWorkFailed(error);
            answer = new RoundAnswer.Refused(FlowerError.ClientAppRaised, "the box could not do the work");
        }

        var reply = Write(asked.MsgCase, answer);
        if (task is not null)
            await worker.Finished(task, answer, new(reply.CalculateSize(), asked.CalculateSize())).ConfigureAwait(false);
        return reply;
    }

    private static RoundTask Read(Wire.ServerMessage asked)
    {
        var task = asked.MsgCase switch
        {
            Wire.ServerMessage.MsgOneofCase.FitIns => Task(RoundKind.Train, asked.FitIns.Parameters, asked.FitIns.Config),
            Wire.ServerMessage.MsgOneofCase.EvaluateIns => Task(RoundKind.Evaluate, asked.EvaluateIns.Parameters, asked.EvaluateIns.Config),
            Wire.ServerMessage.MsgOneofCase.GetParametersIns => Task(RoundKind.GetParameters, null, asked.GetParametersIns.Config),
            Wire.ServerMessage.MsgOneofCase.GetPropertiesIns => Task(RoundKind.GetProperties, null, asked.GetPropertiesIns.Config),
            _ => throw new PayloadException("the server asks for something that is not known"),
        };
        return task with { Round = (long)task.Number("server-round", task.Number("server_round", -1)) };

        static RoundTask Task(RoundKind kind, Wire.Parameters? parameters, IEnumerable<KeyValuePair<string, Wire.Scalar>> config) => new()
        {
            Kind = kind,
            Parameters = parameters is null ? [] : RecordReading.Arrays(parameters),
            IsPositional = true,
            Config = RecordReading.Config(config),
        };
    }

    private static Wire.ClientMessage Write(Wire.ServerMessage.MsgOneofCase asked, RoundAnswer answer)
    {
        var done = answer as RoundAnswer.Done;
        var refusal = (answer as RoundAnswer.Refused)?.Reason ?? "";
        switch (asked)
        {
            case Wire.ServerMessage.MsgOneofCase.EvaluateIns:
                var evaluated = new Wire.ClientMessage.Types.EvaluateRes
                {
                    Status = Status(done, Wire.Code.EvaluateNotImplemented, refusal),
                    Loss = (float)(done?.Loss ?? 0),
                    NumExamples = done?.Examples ?? 0,
                };
                Add(evaluated.Metrics, done);
                return new() { EvaluateRes = evaluated };

            case Wire.ServerMessage.MsgOneofCase.GetParametersIns:
                return new()
                {
                    GetParametersRes = new()
                    {
                        Status = Status(done, Wire.Code.GetParametersNotImplemented, refusal),
                        Parameters = Parameters(done),
                    },
                };

            case Wire.ServerMessage.MsgOneofCase.GetPropertiesIns:
                var properties = new Wire.ClientMessage.Types.GetPropertiesRes
                {
                    Status = Status(done, Wire.Code.GetPropertiesNotImplemented, refusal),
                };
                Add(properties.Properties, done);
                return new() { GetPropertiesRes = properties };

            default:
                var fit = new Wire.ClientMessage.Types.FitRes
                {
                    Status = Status(done, Wire.Code.FitNotImplemented, refusal),
                    Parameters = Parameters(done),
                    NumExamples = done?.Examples ?? 0,
                };
                Add(fit.Metrics, done);
                return new() { FitRes = fit };
        }
    }

    private static Wire.Status Status(RoundAnswer.Done? done, Wire.Code otherwise, string reason) =>
        new() { Code = done is null ? otherwise : Wire.Code.Ok, Message = reason };

    private static void Add(Google.Protobuf.Collections.MapField<string, Wire.Scalar> map, RoundAnswer.Done? done)
    {
        foreach (var (key, value) in done?.Metrics ?? [])
            map[key] = RecordReading.Scalar(value);
    }

    private static Wire.Parameters Parameters(RoundAnswer.Done? done) => new()
    {
        TensorType = RecordReading.TensorType,
        Tensors = { (done?.Parameters ?? []).Select(array => ByteString.CopyFrom(NpyArray.Write(array.Shape, array.Values))) },
    };
}
