using System.Security.Cryptography.X509Certificates;
using Appliance.Grpc;
using Appliance.IntegrationTests.Support;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;
using Appliance.UnitTests.Learning;
using Appliance.UnitTests.Learning.SecureAggregation;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.IntegrationTests.Learning;

/// <summary>Boxes against the server double, over real HTTP/2.</summary>
public class FleetSessionTests
{
    private static readonly CalibrationHead s_head = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rounds_ThreeBoxes_TheAverageGetsBetterInBothDialects(bool legacy)
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var a = FederatedBox.Start(server.Address, seed: 1);
        await using var b = FederatedBox.Start(server.Address, seed: 2);
        await using var c = FederatedBox.Start(server.Address, seed: 3);
        await Online(server, 3);

        IReadOnlyList<ParameterArray> model = s_head.Split(s_head.Initial());
        for (var round = 1; round <= 3; round++)
        {
            (model, var metrics, var errors) = await server.FedAvg(server.Online, model, round, legacy);
            Assert.Equal((0, "train_loss"), (errors, string.Join(',', metrics.Keys)));
        }

        var others = JudgedAlerts.Make(500, 99).Select(HeadExample.From).ToList();
        var score = HeadScore.Of(s_head, s_head.Join(model, isPositional: false), others);
        Assert.True(score.Accuracy > 0.85, $"{score}");
        Assert.True(score.Loss < 0.5, $"{score}");
        await FederatedBox.Patience(() => a.Store.AllRounds.Count == 3, () => $"{a.Store.AllRounds.Count} rounds");
        Assert.All(a.Store.AllRounds, round => Assert.True(round.BytesSent > 500 && round.BytesReceived > 500 && round.UpdateHash.Length == 64));
    }

    [Fact]
    public async Task Evaluate_HeldOutAlerts_AnswersTheAgreedKeys()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);

        var reply = await server.Ask(server.Online[0], "evaluate", FlowerDouble.Request(s_head.Split(s_head.Initial()), 1, legacy: false));

        var metrics = Assert.Single(reply.Content.Items).MetricRecord;
        Assert.Equal(["num-examples", "eval_loss", "eval_acc"], metrics.Items.Select(item => item.Key));
    }

    [Fact]
    public async Task Tls_PreregisteredKey_IsActivatedAndNeverRegistered()
    {
        using var authority = new TestAuthority();
        using var pem = X509Certificate2.CreateFromPemFile(authority.ServerCertFile, authority.ServerKeyFile);
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var key = NodeKey.Make();
        await using var server = new FlowerDouble { Preregistered = [key.PublicPem] };
        await server.Start(certificate);
        var authorities = GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(authority.CaFile));

        await using var box = FederatedBox.Start(
            server.Address, FederatedBox.Quick with { RegistersItself = false }, key, authorities: authorities);
        // Not only the server: whoever leaves while its answer is on the way does not know that it is in.
        await box.Until(view => view.Phase == LinkPhase.Online);
        await box.Leave();

        Assert.Equal((0, 1, 0), (server.Calls("RegisterNode"), server.Calls("DeactivateNode"), server.Calls("UnregisterNode")));
    }

    [Fact]
    public async Task Enter_KeyThatNobodyRegistered_SaysWhatTheServerSays()
    {
        await using var server = new FlowerDouble { Preregistered = [] };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, FederatedBox.Quick with { RegistersItself = false });

        await box.Until(view => view.Fault?.Contains("No SuperNode found") == true);
    }

    [Fact]
    public async Task Enter_ClockFarOff_SaysSo()
    {
        await using var server = new FlowerDouble { Skew = TimeSpan.FromMinutes(-10) };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);

        await box.Until(view => view.Fault?.Contains("clock") == true);
    }

    [Fact]
    public async Task Restart_ServerForgetsItsNodes_TheBoxRegistersAnewAndWorks()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);
        var before = server.Online[0];

        server.ForgetNodes();
        await FederatedBox.Patience(() => server.Online.Count == 1 && server.Online[0] != before, () => $"{box.Link.View}");

        Assert.Null((await Train(server)).Error);
    }

    [Fact]
    public async Task Outage_ServerAwayAndBack_TheBoxIsThereAgain()
    {
        using var port = new ReservedPort();
        var server = new FlowerDouble();
        await server.Start(port: port.Number);
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);
        await server.DisposeAsync();
        await box.Until(view => view.Fault is not null);

        await using var again = new FlowerDouble();
        await again.Start(port: port.Number);
        await Online(again, 1);

        Assert.Null((await Train(again)).Error);
    }

    [Fact]
    public async Task Push_ConnectionBreaksAfterTheServerTookIt_TheAnswerStillArrives()
    {
        await using var server = new FlowerDouble { BreakPushes = 1, UnavailableObjects = 1 };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);
        server.UnavailableCalls = 2;

        Assert.Null((await Train(server)).Error);
    }

    [Fact]
    public async Task Run_NotOnTheList_IsRefusedWithSevenAndNothingIsFetched()
    {
        await using var server = new FlowerDouble { FabId = "stranger/app" };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);

        var reply = await Train(server);

        Assert.Equal(FlowerError.InvalidApp, reply.Error.Code);
        Assert.Equal(0, server.Calls("PullObject"));
    }

    [Fact]
    public async Task Run_IsOver_TheWorkIsDroppedAndTheBoxStays()
    {
        await using var server = new FlowerDouble { RunIsOver = true };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);

        var lost = Train(server);
        await FederatedBox.Patience(() => server.Calls("GetRun") > 0, () => "never asked");
        // It asks for more only after it has dropped the first.
        var pulls = server.Calls("PullMessages");
        await FederatedBox.Patience(() => server.Calls("PullMessages") > pulls, () => "asked no more");
        server.RunIsOver = false;
        var reply = await Train(server);

        Assert.Null(reply.Error);
        Assert.False(lost.IsCompleted);
    }

    [Fact]
    public async Task Payload_ThatCannotBeUsed_IsAnsweredWithAnError()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);
        var good = s_head.Split(s_head.Initial());

        var nan = await Train(server, [good[0], good[1].With([float.NaN])]);
        var shape = await Train(server, [good[0] with { Shape = [12] }, good[1]]);
        var objects = FlowerDouble.Request(good, 1, legacy: false);
        var npy = objects.Items[0].ArrayRecord.Items[0].Value;
        npy.Data = ByteString.CopyFrom(
            System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(npy.Data.Span).Replace("<f4", "|O ")));
        var pickled = await server.Ask(server.Online[0], "train", objects);
        server.SpoilNextObject = true;
        var spoiled = await Train(server);
        var unknown = await server.Ask(server.Online[0], "system", FlowerDouble.Request(good, 1, legacy: false));

        Assert.All([nan, shape, pickled, spoiled, unknown], reply => Assert.Equal(FlowerError.PreconditionFailed, reply.Error.Code));
        Assert.Null((await Train(server)).Error);
    }

    [Fact]
    public async Task Payload_LargerThanAllowed_IsRefused()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, FederatedBox.Quick with { MaxMessageBytes = 2_000 });
        await Online(server, 1);

        var reply = await Train(server, [new("big", [5_000], new float[5_000])]);

        Assert.Contains("larger", reply.Error.Reason);
    }

    [Fact]
    public async Task Train_NoData_AnswersWithTwoInsteadOfSilence()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var full = FederatedBox.Start(server.Address, seed: 1);
        await using var empty = FederatedBox.Start(server.Address, seed: 2, judged: 3);
        await Online(server, 2);

        var (_, _, errors) = await server.FedAvg(server.Online, s_head.Split(s_head.Initial()), 1, legacy: false);

        Assert.Equal(1, errors);
    }

    [Fact]
    public async Task Leave_AfterAnAnswer_LingersSoThatItIsCollectedThenUnregisters()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address);
        await Online(server, 1);

        Assert.Null((await Train(server)).Error);
        await box.Leave();

        Assert.Empty(server.Known);
        Assert.Equal(LinkPhase.Off, box.Link.View.Phase);
    }

    [Fact]
    public async Task Clipping_Adaptive_SaysNormBitAndStaysWithinTheNorm()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, federation: new() { AdaptiveClipping = true });
        await Online(server, 1);

        var reply = await server.Ask(
            server.Online[0], "train",
            FlowerDouble.Request(s_head.Split(s_head.Initial()), 1, legacy: false, new KeyValuePair<string, object>("clipping_norm", 0.01)));

        var values = RecordReading.Arrays(reply.Content.Items[0].ArrayRecord).SelectMany(array => array.Values);
        Assert.Equal(0.01, Math.Sqrt(values.Sum(value => (double)value * value)), tolerance: 1e-5);
        Assert.Equal(1, reply.Content.Items[1].MetricRecord.Items.Single(item => item.Key == "norm_bit").Value.Sint64);
    }

    [Fact]
    public async Task SecureAggregation_OneDropsOut_TheMeanOfTheRestComesOut()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var a = FederatedBox.Start(server.Address, seed: 1);
        await using var b = FederatedBox.Start(server.Address, seed: 2);
        await using var c = FederatedBox.Start(server.Address, seed: 3);
        await Online(server, 3);
        var nodes = server.Online.ToArray();
        var model = s_head.Split(s_head.Initial());
        var request = FlowerDouble.Request(model, 1, legacy: true);

        var fleet = new SecAggFleet(nodes, threshold: 2, async (id, message, _) =>
        {
            var reply = await server.Ask(id, "train", message, "1");
            Assert.Null(reply.Error);
            return reply.Content;
        });
        await fleet.Setup();
        await fleet.ShareKeys();
        await fleet.CollectFrom(nodes[0], request.Items, _ => throw new InvalidOperationException());
        await fleet.CollectFrom(nodes[1], request.Items, _ => throw new InvalidOperationException());
        var (_, secure) = await fleet.Unmask(dead: [nodes[2]]);

        // The same round in the clear: training is deterministic for a run and round.
        var (plain, _, _) = await server.FedAvg(nodes[..2], model, 1, legacy: true);
        Assert.Equal(plain[0].Values.Select(value => (double)value), secure, (x, y) => Math.Abs(x - y) < 1e-4);
    }

    private static Task<Wire.Message> Train(FlowerDouble server, IReadOnlyList<ParameterArray>? model = null) =>
        server.Ask(server.Online[0], "train", FlowerDouble.Request(model ?? s_head.Split(s_head.Initial()), 1, legacy: false));

    private static Task Online(FlowerDouble server, int count) =>
        FederatedBox.Patience(() => server.Online.Count == count, () => $"{server.Online.Count} of {count} nodes are online");
}
