using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Appliance.Learning.Flower;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.IntegrationTests.Learning;

/// <summary>
/// A Flower server for tests: the Fleet API of a SuperLink and the Join stream, as strict as the real one where a client could be wrong,
/// with switches for everything that goes wrong. The real server is the arbiter; this one is for CI.
/// </summary>
internal sealed class FlowerDouble : IAsyncDisposable
{
    public const ulong RunId = 0xF000_0000_0000_0001;
    private const ulong OwnId = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Node> _nodes = [];
    private readonly Dictionary<string, Instruction> _instructions = [];
    private readonly ConcurrentDictionary<string, int> _calls = [];
    private WebApplication? _app;
    private ulong _nextNode = 0xE000_0000_0000_0000;

    public Uri Address { get; private set; } = null!;

    /// <summary>PEM texts that an operator has registered; null = nodes register themselves.</summary>
    public HashSet<string>? Preregistered { get; init; }

    public string FabId { get; init; } = "acme/heads";

    /// <summary>This server's clock against the real one.</summary>
    public TimeSpan Skew { get; set; }

    /// <summary>So many calls are answered UNAVAILABLE, trailers-only.</summary>
    public int UnavailableCalls;

    /// <summary>So many pushes of messages break the connection after the server took them.</summary>
    public int BreakPushes;

    /// <summary>So many pulls of objects say that it is not there yet.</summary>
    public int UnavailableObjects;

    /// <summary>The next object pulled has other bytes than its id says.</summary>
    public bool SpoilNextObject { get; set; }

    /// <summary>The run is over: PERMISSION_DENIED.</summary>
    public bool RunIsOver { get; set; }

    /// <summary>What the Join stream asks next; completed = the stream ends with OK.</summary>
    public Channel<Wire.ServerMessage> JoinAsks { get; } = Channel.CreateUnbounded<Wire.ServerMessage>();

    public Channel<Wire.ClientMessage> JoinAnswers { get; } = Channel.CreateUnbounded<Wire.ClientMessage>();

    /// <summary>The Join stream is aborted with this status instead of the next question.</summary>
    public int? JoinAbort { get; set; }

    public int Calls(string method) => _calls.GetValueOrDefault(method);

    public IReadOnlyList<ulong> Online
    {
        get
        {
            lock (_gate)
                return [.. _nodes.Values.Where(node => node.IsOnline(Now)).Select(node => node.Id)];
        }
    }

    public IReadOnlyList<ulong> Known
    {
        get
        {
            lock (_gate)
                return [.. _nodes.Keys];
        }
    }

    private DateTimeOffset Now => DateTimeOffset.UtcNow + Skew;

    public async Task Start(X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A box that trains says nothing for as long as that takes.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        _app = builder.Build();
        _app.MapPost("/flwr.proto.Fleet/{method}", Fleet);
        _app.MapPost("/flwr.proto.FlowerService/Join", Join);
        await _app.StartAsync();
        Address = new(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
            return;
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>An in-memory SuperLink after a restart: it has forgotten its nodes.</summary>
    public void ForgetNodes()
    {
        lock (_gate)
            _nodes.Clear();
    }

    /// <summary>Sends an instruction and waits for the answer, as a ServerApp does: collected only while the node is online.</summary>
    public async Task<Wire.Message> Ask(ulong node, string type, Wire.RecordDict content, string group = "")
    {
        var writer = new ObjectWriter();
        var message = new Wire.Message
        {
            Metadata = new()
            {
                RunId = RunId,
                SrcNodeId = OwnId,
                DstNodeId = node,
                GroupId = group,
                MessageType = type,
                Ttl = 3600,
                CreatedAt = Now.ToUnixTimeMilliseconds() / 1000.0,
            },
            Content = content,
        };
        var tree = writer.Add(message);
        message.Metadata.MessageId = tree.ObjectId;
        message.Content = new();
        var instruction = new Instruction(message, tree, writer.Objects.ToDictionary());
        lock (_gate)
        {
            _instructions[tree.ObjectId] = instruction;
            _nodes[node].Waiting.Enqueue(instruction);
        }

        var reply = await instruction.Done.Task.WaitAsync(TimeSpan.FromSeconds(90));
        lock (_gate)
        {
            return _nodes.TryGetValue(node, out var asked) && asked.IsOnline(Now)
                ? reply
                : new() { Error = new() { Code = 5, Reason = "node unavailable" } };
        }
    }

    /// <summary>One round of FedAvg over nodes; strict as Flower: other keys fail the run. Errors are left out of the mean.</summary>
    public async Task<(List<ParameterArray> Model, Dictionary<string, double> Metrics, int Errors)> FedAvg(
        IReadOnlyList<ulong> nodes, IReadOnlyList<ParameterArray> model, long round, bool legacy, params KeyValuePair<string, object>[] config)
    {
        var request = Request(model, round, legacy, config);
        var replies = await Task.WhenAll(nodes.Select(node => Ask(node, "train", request, legacy ? $"{round}" : "")));
        var results = replies.Where(reply => reply.Error is null).Select(reply => reply.Content).ToList();
        var sums = model.Select(array => new double[array.Values.Length]).ToList();
        var metrics = new Dictionary<string, double>();
        var total = 0.0;
        foreach (var result in results)
        {
            var arrays = result.Items.Single(item => item.ArrayRecord is not null).ArrayRecord;
            var keys = legacy ? model.Select((_, i) => $"{i}") : model.Select(array => array.Name);
            Assert.Equal(keys, arrays.Items.Select(item => item.Key));
            var values = RecordReading.Arrays(arrays);
            var weight = legacy
                ? result.Items.Single(item => item.Key == "fitres.num_examples").MetricRecord.Items.Single().Value.Sint64
                : result.Items.Single(item => item.MetricRecord is not null).MetricRecord.Items.Single(item => item.Key == "num-examples").Value.Sint64;
            total += weight;
            for (var i = 0; i < sums.Count; i++)
            {
                for (var k = 0; k < sums[i].Length; k++)
                    sums[i][k] += weight * values[i].Values[k];
            }

            foreach (var metric in legacy
                         ? RecordReading.Config(result.Items.Single(item => item.Key == "fitres.metrics").ConfigRecord)
                         : result.Items.Single(item => item.MetricRecord is not null).MetricRecord.Items
                             .Where(item => item.Key != "num-examples").ToDictionary(item => item.Key, item => (object)item.Value.Double))
            {
                metrics[metric.Key] = metrics.GetValueOrDefault(metric.Key) + (weight * Convert.ToDouble(metric.Value, CultureInfo.InvariantCulture));
            }
        }

        return (
            [.. model.Select((array, i) => array.With([.. sums[i].Select(sum => (float)(sum / total))]))],
            metrics.ToDictionary(metric => metric.Key, metric => metric.Value / total), replies.Length - results.Count);
    }

    public static Wire.RecordDict Request(
        IReadOnlyList<ParameterArray> model, long round, bool legacy, params KeyValuePair<string, object>[] config)
    {
        var arrays = new Wire.ArrayRecord();
        for (var i = 0; i < model.Count; i++)
        {
            arrays.Items.Add(new Wire.ArrayRecord.Types.Item
            {
                Key = legacy ? $"{i}" : model[i].Name,
                Value = RecordReading.Array(model[i], legacy),
            });
        }

        return new()
        {
            Items =
            {
                new Wire.RecordDict.Types.Item { Key = legacy ? "fitins.parameters" : "arrays", ArrayRecord = arrays },
                RoundPayload.Config(legacy ? "fitins.config" : "config", [new("server-round", round), .. config]),
            },
        };
    }

    private async Task Fleet(HttpContext http, string method)
    {
        _calls.AddOrUpdate(method, 1, (_, count) => count + 1);
        var body = await ReadFrame(http);
        if (Interlocked.Decrement(ref UnavailableCalls) >= 0)
        {
            await Refuse(http, 14, "try later");
            return;
        }

        try
        {
            var answer = Dispatch(http, method, body);
            if (method == "PushMessages" && Interlocked.Decrement(ref BreakPushes) >= 0)
            {
                http.Abort();
                return;
            }

            await Write(http, answer);
            http.Response.AppendTrailer("grpc-status", "0");
        }
        catch (Refusal refusal)
        {
            await Refuse(http, refusal.Status, refusal.Message);
        }
    }

    private IMessage Dispatch(HttpContext http, string method, byte[] body)
    {
        var key = Authenticate(http);
        lock (_gate)
        {
            switch (method)
            {
                case "RegisterNode":
                    if (Preregistered is not null)
                        throw new Refusal(9, "SuperNode authentication is enabled.");
                    if (Wire.RegisterNodeFleetRequest.Parser.ParseFrom(body).PublicKey.ToStringUtf8() != key)
                        throw new Refusal(16, "Invalid public key");
                    if (_nodes.Values.Any(node => node.Key == key))
                        throw new Refusal(9, "Public key already in use");
                    return new Wire.RegisterNodeFleetResponse { NodeId = AddNode(key) };

                case "ActivateNode":
                    if (Preregistered?.Contains(key) == true && _nodes.Values.All(node => node.Key != key))
                        AddNode(key);
                    var known = _nodes.Values.FirstOrDefault(node => node.Key == key) ?? throw new Refusal(9, "No SuperNode found");
                    if (known.IsOnline(Now))
                        throw new Refusal(9, "Node could not be activated.");
                    Beat(known, Wire.ActivateNodeRequest.Parser.ParseFrom(body).HeartbeatInterval);
                    return new Wire.ActivateNodeResponse { NodeId = known.Id };

                case "SendNodeHeartbeat":
                    var beat = Wire.SendNodeHeartbeatRequest.Parser.ParseFrom(body);
                    Beat(Own(key, beat.Node), beat.HeartbeatInterval);
                    return new Wire.SendNodeHeartbeatResponse { Success = true };

                case "DeactivateNode":
                    Own(key, new() { NodeId = Wire.DeactivateNodeRequest.Parser.ParseFrom(body).NodeId }).OnlineUntil = default;
                    return new Wire.DeactivateNodeResponse();

                case "UnregisterNode":
                    _nodes.Remove(Own(key, new() { NodeId = Wire.UnregisterNodeFleetRequest.Parser.ParseFrom(body).NodeId }).Id);
                    return new Wire.UnregisterNodeFleetResponse();

                case "PullMessages":
                    var pulling = Own(key, Wire.PullMessagesRequest.Parser.ParseFrom(body).Node);
                    return pulling.Waiting.TryDequeue(out var next)
                        ? new Wire.PullMessagesResponse { MessagesList = { next.Message }, MessageObjectTrees = { next.Tree } }
                        : new Wire.PullMessagesResponse();

                case "GetRun":
                    var asked = Wire.GetRunRequest.Parser.ParseFrom(body);
                    Own(key, asked.Node);
                    CheckRun(asked.RunId);
                    return new Wire.GetRunResponse { Run = new() { RunId = RunId, FabId = FabId, FabVersion = "1.0.0" } };

                case "PullObject":
                    return PullObject(key, Wire.PullObjectRequest.Parser.ParseFrom(body));

                case "ConfirmMessageReceived":
                    var confirmed = Wire.ConfirmMessageReceivedRequest.Parser.ParseFrom(body);
                    Own(key, confirmed.Node);
                    CheckRun(confirmed.RunId);
                    _instructions[confirmed.MessageObjectId].Objects.Clear();
                    return new Wire.ConfirmMessageReceivedResponse();

                case "PushMessages":
                    return PushMessages(key, Wire.PushMessagesRequest.Parser.ParseFrom(body));

                case "PushObject":
                    return PushObject(key, Wire.PushObjectRequest.Parser.ParseFrom(body));

                default:
                    throw new Refusal(2, "Error in service handler!");
            }
        }
    }

    private Wire.PullObjectResponse PullObject(string key, Wire.PullObjectRequest request)
    {
        var node = Own(key, request.Node);
        CheckRun(request.RunId);
        var holder = _instructions.Values.FirstOrDefault(
            each => each.Message.Metadata.DstNodeId == node.Id && each.Objects.ContainsKey(request.ObjectId));
        if (holder is null)
            return new();
        if (UnavailableObjects > 0)
        {
            UnavailableObjects--;
            return new() { ObjectFound = true };
        }

        var content = holder.Objects[request.ObjectId].ToArray();
        if (SpoilNextObject)
        {
            content[^1] ^= 1;
            SpoilNextObject = false;
        }

        return new() { ObjectFound = true, ObjectAvailable = true, ObjectContent = ByteString.CopyFrom(content) };
    }

    private Wire.PushMessagesResponse PushMessages(string key, Wire.PushMessagesRequest request)
    {
        var node = Own(key, request.Node);
        CheckRun(request.MessagesList.Single().Metadata.RunId);
        var (reply, tree) = (request.MessagesList.Single(), request.MessageObjectTrees.Single());
        var metadata = reply.Metadata;
        var isGood = _instructions.TryGetValue(metadata.ReplyToMessageId, out var asked)
            && asked.Reply is null
            && metadata.SrcNodeId == node.Id && metadata.DstNodeId == OwnId && metadata.MessageId == tree.ObjectId
            && metadata.MessageType == asked.Message.Metadata.MessageType && metadata.GroupId == asked.Message.Metadata.GroupId
            && metadata.CreatedAt > asked.Message.Metadata.CreatedAt
            && metadata.Ttl > 0
            && metadata.CreatedAt + metadata.Ttl <= asked.Message.Metadata.CreatedAt + asked.Message.Metadata.Ttl + 0.1
            && (reply.Content is { Items.Count: 0 }) != (reply.Error is not null)
            && request.ClientappRuntimeList.Count == 1;
        if (!isGood)
            return new() { Results = { ["None"] = 1 } };

        asked!.Reply = reply;
        asked.ReplyTree = tree;
        asked.Missing = [.. Ids(tree)];
        return new() { Results = { [tree.ObjectId] = 0 }, ObjectsToPush = { asked.Missing }, Reconnect = new() { Reconnect_ = 5 } };
    }

    private Wire.PushObjectResponse PushObject(string key, Wire.PushObjectRequest request)
    {
        Own(key, request.Node);
        CheckRun(request.RunId);
        var content = request.ObjectContent.ToByteArray();
        try
        {
            FlowerObject.Parse(content);
        }
        catch (PayloadException)
        {
            throw new Refusal(9, "unexpected structure");
        }

        var asked = _instructions.Values.FirstOrDefault(each => each.Missing.Contains(request.ObjectId));
        if (asked is null || FlowerObject.IdOf(content) != request.ObjectId)
            return new();
        asked.Missing.Remove(request.ObjectId);
        asked.Pushed[request.ObjectId] = content;
        if (asked.Missing.Count == 0)
        {
            var whole = asked.Reply!.Clone();
            if (whole.Error is null)
                whole.Content = new ObjectReader(asked.Pushed).ReadContent(asked.ReplyTree!.ObjectId);
            asked.Done.TrySetResult(whole);
        }

        return new() { Stored = true };
    }

    private string Authenticate(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (headers["flwr-public-key-bin"].FirstOrDefault() is not { } key
            || headers["flwr-timestamp"].FirstOrDefault() is not { } time
            || headers["flwr-signature-bin"].FirstOrDefault() is not { } signature)
        {
            throw new Refusal(16, "Missing authentication metadata");
        }

        var pem = Encoding.ASCII.GetString(Convert.FromBase64String(key));
        using var verifier = ECDsa.Create();
        verifier.ImportFromPem(pem);
        if (!verifier.VerifyData(
                Encoding.ASCII.GetBytes(time), Convert.FromBase64String(signature), HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence))
        {
            throw new Refusal(16, "Invalid signature");
        }

        if (time.EndsWith('Z') || !time.Contains('+'))
            throw new Refusal(2, "Error in service handler!");
        var age = Now - DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        return age > TimeSpan.FromSeconds(-5) && age < TimeSpan.FromSeconds(305) && pem.EndsWith("-----\n", StringComparison.Ordinal)
            ? pem
            : throw new Refusal(16, "Invalid timestamp");
    }

    private ulong AddNode(string key)
    {
        var id = _nextNode++;
        _nodes[id] = new(id, key);
        return id;
    }

    private Node Own(string key, Wire.Node claimed) =>
        _nodes.TryGetValue(claimed.NodeId, out var node) && node.Key == key ? node : throw new Refusal(16, "Invalid node ID");

    private void Beat(Node node, double interval)
    {
        if (interval is < 10 or > 1800)
            throw new Refusal(3, "Invalid heartbeat interval");
        node.OnlineUntil = Now + TimeSpan.FromSeconds(2 * interval);
    }

    private void CheckRun(ulong run)
    {
        if (RunIsOver || run != RunId)
            throw new Refusal(7, "Run is finished. No further work.");
    }

    private async Task Join(HttpContext http)
    {
        _calls.AddOrUpdate("Join", 1, (_, count) => count + 1);
        http.Response.ContentType = "application/grpc";
        while (await JoinAsks.Reader.WaitToReadAsync(http.RequestAborted))
        {
            if (JoinAbort is { } status)
            {
                JoinAbort = null;
                if (!http.Response.HasStarted)
                    await Refuse(http, status, "Timeout!");
                else
                    http.Response.AppendTrailer("grpc-status", $"{status}");
                return;
            }

            if (!JoinAsks.Reader.TryRead(out var ask))
                continue;
            await Write(http, ask);
            await http.Response.Body.FlushAsync();
            var answer = Wire.ClientMessage.Parser.ParseFrom(await ReadFrame(http));
            await JoinAnswers.Writer.WriteAsync(answer);
            if (ask.MsgCase == Wire.ServerMessage.MsgOneofCase.ReconnectIns)
            {
                http.Response.AppendTrailer("grpc-status", "14");
                http.Response.AppendTrailer("grpc-message", "Cancelling all calls");
                return;
            }
        }
    }

    private static IEnumerable<string> Ids(Wire.ObjectTree tree) => tree.Children.SelectMany(Ids).Append(tree.ObjectId).Distinct();

    private static async Task<byte[]> ReadFrame(HttpContext http)
    {
        var header = new byte[5];
        await http.Request.Body.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await http.Request.Body.ReadExactlyAsync(body);
        return body;
    }

    private static async Task Write(HttpContext http, IMessage message)
    {
        if (!http.Response.HasStarted)
            http.Response.ContentType = "application/grpc";
        var body = message.ToByteArray();
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame, 5);
        await http.Response.Body.WriteAsync(frame);
    }

    private static Task Refuse(HttpContext http, int status, string message)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = $"{status}";
        http.Response.Headers["grpc-message"] = Uri.EscapeDataString(message);
        return Task.CompletedTask;
    }

    private sealed class Node(ulong id, string key)
    {
        public ulong Id => id;

        public string Key => key;

        public DateTimeOffset OnlineUntil { get; set; }

        public Queue<Instruction> Waiting { get; } = [];

        public bool IsOnline(DateTimeOffset now) => OnlineUntil > now;
    }

    private sealed class Instruction(Wire.Message message, Wire.ObjectTree tree, Dictionary<string, byte[]> objects)
    {
        public Wire.Message Message => message;

        public Wire.ObjectTree Tree => tree;

        public Dictionary<string, byte[]> Objects => objects;

        public Wire.Message? Reply { get; set; }

        public Wire.ObjectTree? ReplyTree { get; set; }

        public HashSet<string> Missing { get; set; } = [];

        public Dictionary<string, byte[]> Pushed { get; } = [];

        public TaskCompletionSource<Wire.Message> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Refusal(int status, string message) : Exception(message)
    {
        public int Status => status;
    }
}
