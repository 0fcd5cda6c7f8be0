using System.CommandLine;
using Appliance.Scene.Walks;

namespace Appliance.Daemon.Cli.Scene;

/// <summary>The options that describe a scene.</summary>
internal sealed class SceneOptions
{
    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Same seed, same scene, to the byte.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _people = new("--people")
    {
        Description = "How many walk past each camera.",
        DefaultValueFactory = _ => 6,
    };

    private readonly Option<int?> _identities = new("--identities")
    {
        Description = "How many different people take turns; default: as many as walk.",
    };

    private readonly Option<int> _cameras = new("--cameras")
    {
        Description = "How many cameras watch.",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<int> _width = new("--width") { Description = "Pixels, even.", DefaultValueFactory = _ => 960 };

    private readonly Option<int> _height = new("--height") { Description = "Pixels, even.", DefaultValueFactory = _ => 540 };

    private readonly Option<double> _fps = new("--fps") { Description = "Frames per second.", DefaultValueFactory = _ => 12 };

    private readonly Option<float> _duration = new("--duration") { Description = "Seconds.", DefaultValueFactory = _ => 30 };

    private readonly Option<float> _light = new("--light") { Description = "Share of daylight, 0.05 to 1.2.", DefaultValueFactory = _ => 1 };

    private readonly Option<float> _noise = new("--noise") { Description = "Grain of the sensor, luma steps.", DefaultValueFactory = _ => 1.2f };

    private readonly Option<int> _blur = new("--blur") { Description = "Out of focus by this many pixels.", DefaultValueFactory = _ => 0 };

    private readonly Option<bool> _post = new("--post") { Description = "A post before the camera hides a strip of the picture." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _seed, _people, _identities, _cameras, _width, _height, _fps, _duration, _light, _noise, _blur, _post })
            command.Add(option);
    }

    /// <exception cref="CliException">A value is out of its range; says which.</exception>
    public SceneSpecification Read(ParseResult arguments)
    {
        var read = new SceneSpecification(
            arguments.GetValue(_seed), arguments.GetValue(_people), arguments.GetValue(_identities), arguments.GetValue(_cameras),
            arguments.GetValue(_width), arguments.GetValue(_height), arguments.GetValue(_fps), arguments.GetValue(_duration),
            new(arguments.GetValue(_light), arguments.GetValue(_noise), arguments.GetValue(_blur), arguments.GetValue(_post)));
        Require(read.People is >= 1 and <= 1000, "--people is 1 to 1000");
        Require(read.Identities is null or >= 1, "--identities is 1 or more");
        Require(read.Cameras is >= 1 and <= 64, "--cameras is 1 to 64");
        Require(Even(read.Width) && Even(read.Height), "--width and --height are even, 64 to 7680");
        Require(read.FramesPerSecond is >= 1 and <= 120, "--fps is 1 to 120");
        Require(read.Duration is >= 8 and <= 3600, "--duration is 8 to 3600 seconds");
        Require(read.Conditions.Light is >= 0.05f and <= 1.2f, "--light is 0.05 to 1.2");
        Require(read.Conditions.Noise is >= 0 and <= 40, "--noise is 0 to 40");
        Require(read.Conditions.Blur is >= 0 and <= 32, "--blur is 0 to 32");
        return read;
    }

    private static bool Even(int size) => size is >= 64 and <= 7680 && size % 2 == 0;

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new CliException(rule, ExitCode.Usage);
    }
}

/// <summary>What is to be rendered, checked.</summary>
internal sealed record SceneSpecification(
    ulong Seed, int People, int? Identities, int Cameras, int Width, int Height, double FramesPerSecond, float Duration,
    SceneConditions Conditions)
{
    public SceneScript Script() => SceneScript.Create(Seed, People, Cameras, Duration, Identities) with { Conditions = Conditions };
}
