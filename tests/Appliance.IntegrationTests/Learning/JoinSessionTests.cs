using Appliance.Learning.Flower;
using Appliance.Learning.Heads;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.IntegrationTests.Learning;

public class JoinSessionTests
{
    private static readonly CalibrationHead s_head = new();
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Join_WholeConversation_AlternatesAndEndsWhenTheServerSaysSo()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, join: true);

        var start = await Ask(server, new() { GetParametersIns = new() });
        var fit = await Ask(server, new() { FitIns = new() { Parameters = start.GetParametersRes.Parameters, Config = { ["server_round"] = new() { Sint64 = 1 } } } });
        var evaluated = await Ask(server, new() { EvaluateIns = new() { Parameters = fit.FitRes.Parameters } });
        var properties = await Ask(server, new() { GetPropertiesIns = new() });
        var end = await Ask(server, new() { ReconnectIns = new() { Seconds = 0 } });
        await box.Running.WaitAsync(s_patience);

        Assert.Equal("numpy.ndarray", start.GetParametersRes.Parameters.TensorType);
        Assert.Equal(2, start.GetParametersRes.Parameters.Tensors.Count);
        Assert.Equal((Wire.Code.Ok, true), (fit.FitRes.Status.Code, fit.FitRes.NumExamples > 100));
        Assert.Equal(["train_loss"], fit.FitRes.Metrics.Keys);
        Assert.Equal(["eval_acc"], evaluated.EvaluateRes.Metrics.Keys.Where(key => key != "eval_loss"));
        Assert.True(evaluated.EvaluateRes.Loss < 0.6);
        Assert.Equal(Wire.Code.Ok, properties.GetPropertiesRes.Status.Code);
        Assert.Equal(Wire.Reason.Reconnect, end.DisconnectRes.Reason);
        Assert.Equal(1, server.Calls("Join"));
    }

    [Fact]
    public async Task Join_NoDataOrBadArrays_AnswersWithAStatusAndStays()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, judged: 3, join: true);
        var parameters = new Wire.Parameters
        {
            TensorType = "numpy.ndarray",
            Tensors = { s_head.Split(s_head.Initial()).Select(array => ByteString.CopyFrom(NpyArray.Write(array.Shape, array.Values))) },
        };
        var broken = parameters.Clone();
        broken.Tensors[0] = ByteString.CopyFromUtf8("no array");

        var none = await Ask(server, new() { FitIns = new() { Parameters = parameters } });
        var bad = await Ask(server, new() { EvaluateIns = new() { Parameters = broken } });

        Assert.Equal(Wire.Code.FitNotImplemented, none.FitRes.Status.Code);
        Assert.Contains("are needed", none.FitRes.Status.Message);
        Assert.Equal(Wire.Code.EvaluateNotImplemented, bad.EvaluateRes.Status.Code);
    }

    [Fact]
    public async Task Join_ServerAbortsTheRound_TheBoxComesBack()
    {
        await using var server = new FlowerDouble { JoinAbort = 4 };
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, join: true);

        // The first question is never asked: the stream is aborted in its place, and asked on the next one.
        var answer = await Ask(server, new() { GetParametersIns = new() });

        Assert.Equal(Wire.Code.Ok, answer.GetParametersRes.Status.Code);
        Assert.Equal(2, server.Calls("Join"));
    }

    [Fact]
    public async Task Join_ReconnectInASecond_ComesBackThen()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        await using var box = FederatedBox.Start(server.Address, join: true);

        await Ask(server, new() { ReconnectIns = new() { Seconds = 1 } });
        var answer = await Ask(server, new() { GetParametersIns = new() });

        Assert.Equal(Wire.Code.Ok, answer.GetParametersRes.Status.Code);
        Assert.Equal(2, server.Calls("Join"));
    }

    private static async Task<Wire.ClientMessage> Ask(FlowerDouble server, Wire.ServerMessage question)
    {
        await server.JoinAsks.Writer.WriteAsync(question);
        return await server.JoinAnswers.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
    }
}
