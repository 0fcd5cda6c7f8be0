using Appliance.Learning;
using Appliance.Learning.Training;

namespace Appliance.UnitTests.Learning.Training;

public class TrainingGovernorTests
{
    [Fact]
    public async Task Run_PipelineDropsFrames_WaitsUntilItIsQuiet()
    {
        var pressure = new NoPressure();
        var rests = new List<TimeSpan>();
        var governor = new TrainingGovernor(pressure, new() { MaxCpuShare = 1 }, rest: (pause, _) =>
        {
            // A slice of the processor may be over at any moment; with the whole core there is nothing to rest then.
            if (pause == TimeSpan.Zero)
                return;
            rests.Add(pause);
            // Two more frames are lost during the first wait.
            if (rests.Count == 1)
                pressure.FramesDropped += 2;
        });

        var (steps, _) = await governor.Run(
            mayGoOn =>
            {
                var count = 0;
                while (count < 5 && mayGoOn())
                {
                    if (++count == 2)
                        pressure.FramesDropped++;
                }

                return count;
            },
            default);

        Assert.Equal(5, steps);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], rests);
        Assert.Equal(1, governor.Halts);
    }

    [Fact]
    public async Task Run_TimeIsUp_FinishesWithWhatIsThere()
    {
        var governor = new TrainingGovernor(new NoPressure(), new() { MaxTime = TimeSpan.Zero });

        var (finished, _) = await governor.Run(mayGoOn => mayGoOn() ? "went on" : "stopped", default);

        Assert.Equal("stopped", finished);
    }

    [Fact]
    public async Task Run_ShareOfACore_RestsInProportion()
    {
        var rests = new List<TimeSpan>();
        var governor = new TrainingGovernor(new NoPressure(), new() { MaxCpuShare = 0.25 }, rest: (pause, _) => rests.Add(pause));

        var (_, busy) = await governor.Run(
            mayGoOn =>
            {
                while (rests.Count < 2)
                    mayGoOn();
                return 0;
            },
            default);

        Assert.All(rests, pause => Assert.True(pause >= 3 * TimeSpan.FromMilliseconds(20)));
        Assert.True(busy >= 2 * TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Run_Cancelled_EndsAndSaysSo()
    {
        using var cancel = new CancellationTokenSource();
        var governor = new TrainingGovernor(new NoPressure(), new());

        var run = governor.Run(
            mayGoOn =>
            {
                cancel.Cancel();
                return mayGoOn();
            },
            cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
