using Appliance.Core;
using Appliance.Grpc;
using Appliance.Learning.SecureAggregation;

namespace Appliance.Learning.Flower;

/// <summary>One message: objects in, work, objects out. Silence would stall the round for everybody, so every way ends in an answer.</summary>
internal sealed partial class FleetSession
{
    private const int MaxRuns = 16;
    private const int MaxPullTries = 500;

    private readonly Dictionary<ulong, SecAggClient> _secure = [];
    private readonly Dictionary<ulong, string?> _verdicts = [];

    /// <summary>A time to come back after (zero = never) when the server ends the federation; else null.</summary>
    private async Task<TimeSpan?> Handle(ulong node, Wire.Message message, Wire.ObjectTree tree, CancellationToken cancel)
    {
        var before = _client.Traffic;
        var started = _clock.GetTimestamp();
        var run = message.Metadata.RunId;
        try
        {
            var work = await Answer(node, message, tree, cancel).ConfigureAwait(false);
            await Push(node, message.Metadata, work, _clock.GetElapsedTime(started), cancel).ConfigureAwait(false);
            (_answeredAt, _hasAnswered) = (_clock.GetTimestamp(), true);
            if (work is { Task: { } task, Answer: { } answer })
            {
                await _worker.Finished(
                    task, answer,
                    new(_client.Traffic.BytesSent - before.BytesSent, _client.Traffic.BytesReceived - before.BytesReceived))
                    .ConfigureAwait(false);
            }

            return work.ComeBack;
        }
        catch (GrpcException error) when (!error.IsTlsFailure)
        {
            // PERMISSION_DENIED: the run is over. Anything else costs this message, not the membership. What belongs to the run goes.
            _secure.Remove(run);
            _verdicts.Remove(run);
            _logger.FederationRunOver(run, error.Detail);
            return null;
        }
    }

    private async Task<Outcome> Answer(ulong node, Wire.Message message, Wire.ObjectTree tree, CancellationToken cancel)
    {
        var metadata = message.Metadata;
        try
        {
            if (await WhyNot(node, metadata.RunId, cancel).ConfigureAwait(false) is { } refusal)
                return Outcome.Refuse(FlowerError.InvalidApp, refusal);

            var objects = await Fetch(node, metadata.RunId, tree, cancel).ConfigureAwait(false);
            await Persist(() => Confirm(node, metadata, cancel), cancel).ConfigureAwait(false);
            var content = new ObjectReader(objects).ReadContent(tree.ObjectId)
                ?? throw new PayloadException("the message has no content");
            if (metadata.MessageType.Split('.')[0] == "reconnect")
                return Reconnect(content);
            if (SecAggClient.Concerns(content))
                return await AnswerSecurely(metadata, content, cancel).ConfigureAwait(false);

            var task = RoundPayload.Read(metadata.MessageType, content, metadata.RunId, metadata.GroupId);
            var answer = await _worker.Work(task, cancel).ConfigureAwait(false);
            return answer switch
            {
                RoundAnswer.Done done => new(RoundPayload.Write(task, done), null, task, answer),
                RoundAnswer.Refused refused => Outcome.Refuse(refused.Code, refused.Reason) with { Task = task, Answer = answer },
                _ => throw new InvalidOperationException("an answer is done or refused"),
            };
        }
        catch (PayloadException error)
        {
            _logger.FederationPayloadRefused(error.Message);
            return Outcome.Refuse(FlowerError.PreconditionFailed, error.Message);
        }
        catch (Exception error) when (error is not (OperationCanceledException or GrpcException or NodeForgottenException))
        {
            // A bug of ours must not stall everybody's round; it is seen in the log.
            _logger.FederationWorkFailed(error);
            return Outcome.Refuse(FlowerError.ClientAppRaised, "the box could not do the work");
        }
    }

    private async Task<Outcome> AnswerSecurely(Wire.Metadata metadata, Wire.RecordDict content, CancellationToken cancel)
    {
        if (!_secure.TryGetValue(metadata.RunId, out var secure))
        {
            if (_secure.Count >= MaxRuns)
                _secure.Remove(_secure.Keys.First());
            _secure.Add(metadata.RunId, secure = new(metadata.DstNodeId));
        }

        RoundTask? task = null;
        RoundAnswer? answer = null;
        var records = await secure.Handle(content, async most =>
        {
            task = RoundPayload.Read(metadata.MessageType, SecAggClient.WithoutConfigs(content), metadata.RunId, metadata.GroupId) with
            {
                MaxExamples = most,
            };
            answer = await _worker.Work(task, cancel).ConfigureAwait(false);
            return answer is RoundAnswer.Done done ? done : throw new PayloadException(((RoundAnswer.Refused)answer).Reason);
        }).ConfigureAwait(false);
        return new(records, null, task, answer);
    }

    private static Outcome Reconnect(Wire.RecordDict content)
    {
        var config = content.Items.Select(item => item.ConfigRecord).FirstOrDefault(record => record is not null);
        var seconds = config is not null && RecordReading.Config(config).GetValueOrDefault("seconds") is long asked ? asked : 0;
        var records = new Wire.RecordDict { Items = { RoundPayload.Config("config", [new("reason", 4L)]) } };
        return new(records, null, null, null) { ComeBack = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)) };
    }

    private async Task<string?> WhyNot(ulong node, ulong run, CancellationToken cancel)
    {
        if (_verdicts.TryGetValue(run, out var known))
            return known;

        var found = await Persist(() => _client.GetRun(node, run, cancel), cancel).ConfigureAwait(false);
        var verdict = _policy.WhyNot(found);
        if (_verdicts.Count >= MaxRuns)
            _verdicts.Remove(_verdicts.Keys.First());
        _verdicts[run] = verdict;
        _logger.FederationRunSeen(run, Printable(found?.FabId), verdict ?? "taken");
        return verdict;
    }

    private async Task<Dictionary<string, byte[]>> Fetch(ulong node, ulong run, Wire.ObjectTree tree, CancellationToken cancel)
    {
        var objects = new Dictionary<string, byte[]>();
        long bytes = 0;
        foreach (var id in PostOrder(tree, _policy.MaxObjects))
        {
            if (objects.ContainsKey(id))
                continue;
            var content = await Fetch(node, run, id, cancel).ConfigureAwait(false);
            bytes += content.Length;
            if (bytes > _policy.MaxMessageBytes)
                throw new PayloadException($"the message is larger than the {_policy.MaxMessageBytes} bytes that this box takes");
            if (FlowerObject.IdOf(content) != id)
                throw new PayloadException("an object does not have the hash that names it");
            objects.Add(id, content);
        }

        return objects;
    }

    private async Task<byte[]> Fetch(ulong node, ulong run, string id, CancellationToken cancel)
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        for (var tries = 0; tries < MaxPullTries; tries++)
        {
            var pulled = await Persist(() => _client.PullObject(node, run, id, cancel), cancel).ConfigureAwait(false);
            if (!pulled.ObjectFound)
                throw new PayloadException("an object of the message is gone");
            if (pulled.ObjectAvailable)
                return pulled.ObjectContent.ToByteArray();
            await Task.Delay(backOff.Next(), _clock, cancel).ConfigureAwait(false);
        }

        throw new PayloadException("an object of the message never became available");
    }

    private async Task<bool> Confirm(ulong node, Wire.Metadata metadata, CancellationToken cancel)
    {
        await _client.Confirm(node, metadata.RunId, metadata.MessageId, cancel).ConfigureAwait(false);
        return true;
    }

    private async Task Push(ulong node, Wire.Metadata asked, Outcome work, TimeSpan runtime, CancellationToken cancel)
    {
        // Later than the question even where this clock runs behind the server's.
        var created = Math.Max(_clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, asked.CreatedAt + 0.001);
        var message = new Wire.Message
        {
            Metadata = new()
            {
                RunId = asked.RunId,
                SrcNodeId = node,
                DstNodeId = asked.SrcNodeId,
                ReplyToMessageId = asked.MessageId,
                GroupId = asked.GroupId,
                MessageType = asked.MessageType,
                CreatedAt = created,
                Ttl = asked.CreatedAt + asked.Ttl - created,
            },
            Content = work.Records,
            Error = work.Error,
        };
        if (message.Metadata.Ttl <= 0)
        {
            _logger.FederationTooLate(asked.RunId);
            return;
        }

        var writer = new ObjectWriter();
        var tree = writer.Add(message);
        message.Metadata.MessageId = tree.ObjectId;
        if (message.Content is not null)
            message.Content = new();

        var tries = 0;
        var pushed = await Persist(
            () =>
            {
                tries++;
                return _client.PushMessage(node, message, tree, runtime, cancel);
            },
            cancel).ConfigureAwait(false);

        // A refused reply is no RPC error: its id is missing among the results. After a broken first try it may just be a repetition.
        var taken = pushed.Results.ContainsKey(tree.ObjectId);
        if (!taken && tries == 1)
        {
            _logger.FederationReplyRefused(asked.RunId);
            return;
        }

        IEnumerable<string> missing = taken ? pushed.ObjectsToPush : PostOrder(tree, int.MaxValue).Distinct();
        foreach (var id in missing)
        {
            if (writer.Objects.TryGetValue(id, out var content)
                && !await Persist(() => _client.PushObject(node, asked.RunId, id, content, cancel), cancel).ConfigureAwait(false)
                && taken)
            {
                _logger.FederationReplyRefused(asked.RunId);
                return;
            }
        }
    }

    // With a stack of its own: a tree from outside may be deep.
    private static List<string> PostOrder(Wire.ObjectTree root, int most)
    {
        var order = new List<string>();
        var stack = new Stack<Wire.ObjectTree>([root]);
        while (stack.TryPop(out var tree))
        {
            order.Add(tree.ObjectId);
            if (order.Count > most)
                throw new PayloadException($"the message has more than the {most} objects that are allowed");
            foreach (var child in tree.Children)
                stack.Push(child);
        }

        order.Reverse();
        return order;
    }

    private static string Printable(string? text) =>
        new([.. (text ?? "").Where(c => c is >= ' ' and < '\x7f').Take(80)]);

    /// <summary>Records or an error, and what the worker had to do with it.</summary>
    private sealed record Outcome(Wire.RecordDict? Records, Wire.Error? Error, RoundTask? Task, RoundAnswer? Answer)
    {
        public TimeSpan? ComeBack { get; init; }

        public static Outcome Refuse(int code, string reason) => new(null, new() { Code = code, Reason = reason }, null, null);
    }
}
