using Appliance.Core.Learning;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;

namespace Appliance.UnitTests.Learning.Heads;

public class HeadTests
{
    public static TheoryData<string> Names() => ["calib", "adapter", "liveness"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Learn_AnyHead_HasTheGradientOfItsLoss(string name)
    {
        var head = Make(name);
        var random = new Random(5);
        // Away from the start, where the adapter's up matrix is zero and half the terms vanish.
        var parameters = head.Initial().Select(value => value + (float)((random.NextDouble() - 0.5) * 0.4)).ToArray();
        foreach (var positive in (bool[])[true, false])
        {
            var example = Example(name, random, positive);
            var gradient = new float[parameters.Length];
            head.Learn(parameters, example, 1, gradient);

            foreach (var i in Enumerable.Range(0, parameters.Length).Where(i => parameters.Length < 300 || i % 7 == 0 || i > parameters.Length - 40))
            {
                const float Step = 1e-2f;
                var (up, down) = (parameters.ToArray(), parameters.ToArray());
                up[i] += Step;
                down[i] -= Step;
                var numeric = (head.Loss(up, example) - head.Loss(down, example)) / (up[i] - (double)down[i]);

                Assert.True(Math.Abs(numeric - gradient[i]) < 2e-3 + (0.01 * Math.Abs(numeric)), $"{name}[{i}]: {gradient[i]} for {numeric}");
            }
        }
    }

    [Theory]
    [InlineData("calib", 13, "calib.weight (1,12) calib.bias (1)")]
    [InlineData("adapter", 2050, "adapter.down (8,128) adapter.up (128,8) adapter.logit (2)")]
    [InlineData("liveness", 225, "live.w1 (16,12) live.b1 (16) live.w2 (1,16) live.b2 (1)")]
    public void Layout_OfTheContract_HasItsNamesShapesAndSize(string name, int size, string layout)
    {
        var head = Make(name);

        Assert.Equal(size, head.Size);
        Assert.Equal(size, head.Initial().Length);
        Assert.Equal(layout, string.Join(' ', head.Layout.Select(array => $"{array.Name} ({string.Join(',', array.Shape)})")));
        Assert.Equal(head.Initial(), head.Join(head.Split(head.Initial()), isPositional: false));
    }

    [Fact]
    public void Adapter_Untrained_ChangesNoCosine()
    {
        var head = Make("adapter");
        var example = Example("adapter", new Random(1), true);

        var cosine = example.Input.Zip(example.Gallery, (a, b) => (double)a * b).Sum();

        Assert.Equal((10 * cosine) - 4, head.Logit(head.Initial(), example), tolerance: 1e-4);
    }

    [Fact]
    public void Join_OtherNamesShapesOrValues_AreRefused()
    {
        var head = new CalibrationHead();
        var arrays = head.Split(head.Initial());

        Assert.Throws<PayloadException>(() => head.Join([arrays[1], arrays[0]], isPositional: false));
        Assert.Throws<PayloadException>(() => head.Join([arrays[0]], isPositional: true));
        Assert.Throws<PayloadException>(() => head.Join([arrays[0] with { Shape = [12] }, arrays[1]], isPositional: true));
        Assert.Throws<PayloadException>(() => head.Join([arrays[0], arrays[1] with { Values = [float.NaN] }], isPositional: true));
        Assert.Throws<PayloadException>(() => head.Join([arrays[0] with { Name = "w" }, arrays[1]], isPositional: false));
        Assert.Equal(13, head.Join([arrays[0] with { Name = "0" }, arrays[1] with { Name = "1" }], isPositional: true).Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_SeparableData_LowersTheLoss(string name)
    {
        var head = Make(name);
        var random = new Random(3);
        var examples = Enumerable.Range(0, 200).Select(i => Example(name, random, i % 2 == 0)).ToList();
        var before = HeadScore.Of(head, head.Initial(), examples);

        var (parameters, _) = Trainer.Train(head, head.Initial(), examples, new() { Epochs = 20, LearningRate = 0.1 }, 1, () => true);

        Assert.True(HeadScore.Of(head, parameters, examples).Loss < 0.8 * before.Loss);
    }

    [Fact]
    public void Train_Prox_StaysNearer()
    {
        var head = new CalibrationHead();
        var examples = JudgedAlerts.Make(100, 4).Select(HeadExample.From).ToList();
        var free = Trainer.Train(head, head.Initial(), examples, new() { Epochs = 20 }, 1, () => true).Parameters;

        var held = Trainer.Train(head, head.Initial(), examples, new() { Epochs = 20, ProxMu = 5 }, 1, () => true).Parameters;

        Assert.True(held.Sum(value => value * value) < 0.5 * free.Sum(value => value * value));
    }

    [Fact]
    public void Split_ManyExamples_HoldsTheSameFifthOutAlways()
    {
        var examples = JudgedAlerts.Make(1000, 9).Select(HeadExample.From).ToList();

        var (training, test) = HoldOut.Split(examples);
        var again = HoldOut.Split([.. examples.Take(500).Reverse()]).Test;

        Assert.InRange(test.Count, 150, 250);
        Assert.Equal(1000, training.Count + test.Count);
        Assert.All(again, example => Assert.Contains(example, test));
    }

    [Theory]
    [InlineData("lr", 1e9, "batch-size", -3, 1, 1)]
    [InlineData("lr", double.NaN, "batch-size", 1e9, 0.05, 1024)]
    public void From_AbsurdConfig_IsBroughtIntoRange(string key1, double value1, string key2, double value2, double rate, int batch)
    {
        var settings = TrainingSettings.From(new()
        {
            Kind = RoundKind.Train,
            Config = new Dictionary<string, object> { [key1] = value1, [key2] = value2 },
        });

        Assert.Equal((rate, batch, 5), (settings.LearningRate, settings.BatchSize, settings.Epochs));
    }

    [Fact]
    public void FalseAlarmsAtRecall_Scores_CountsWhatPassesTheCutoff()
    {
        (double, bool)[] scored = [(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, false), (0.4, false)];

        Assert.Equal(1.0 / 3, HeadScore.FalseAlarmsAtRecall(scored, 1), tolerance: 1e-9);
        Assert.Equal(0, HeadScore.FalseAlarmsAtRecall(scored, 0.6), tolerance: 1e-9);
    }

    private static Head Make(string name) => name switch
    {
        "calib" => new CalibrationHead(),
        "adapter" => new AdapterHead(128),
        _ => new LivenessHead(AlertFeatures.Count),
    };

    private static HeadExample Example(string name, Random random, bool positive)
    {
        if (name == "calib")
            return new($"{random.Next()}", positive, JudgedAlerts.Features(random, positive), []);
        if (name == "liveness")
            return new($"{random.Next()}", positive, [.. Enumerable.Range(0, 12).Select(i => (float)(random.NextDouble() - (positive && i < 4 ? 0 : 1)))], []);

        var probe = Unit(random, 128);
        var other = Unit(random, 128);
        var gallery = probe.Zip(other, (a, b) => positive ? (0.6f * a) + (0.4f * b) : (0.3f * a) + (0.7f * b)).ToArray();
        var norm = MathF.Sqrt(gallery.Sum(value => value * value));
        return new($"{random.Next()}", positive, probe, [.. gallery.Select(value => value / norm)]);
    }

    private static float[] Unit(Random random, int length)
    {
        var values = Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var norm = MathF.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / norm)];
    }
}
