using System.CommandLine;
using Appliance.Core.Frames;
using Appliance.Scene.Output;
using Appliance.Scene.Studio;
using Appliance.Scene.Truth;

namespace Appliance.Daemon.Cli.Scene;

/// <summary><c>scene crops</c>: many pictures of single faces with their truth, to train on.</summary>
internal sealed class SceneCropsCommand : Verb
{
    private readonly Option<string> _out = new("--out")
    {
        Description = "Folder for the pictures (000000.png …, or faces.u8 with --raw) and truth.ndjson.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int> _identities = new("--identities") { Description = "How many people.", DefaultValueFactory = _ => 200 };

    private readonly Option<int> _each = new("--each") { Description = "Pictures per person.", DefaultValueFactory = _ => 10 };

    private readonly Option<int> _size = new("--size") { Description = "Pixels, even; pictures are square.", DefaultValueFactory = _ => 192 };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "First person's seed; the people of demo and tests are drawn from other seeds.",
        DefaultValueFactory = _ => TrainingFaces.FirstSeed,
    };

    private readonly Option<bool> _raw = new("--raw")
    {
        Description = "One file faces.u8 instead of PNGs: pictures × size × size × RGB bytes.",
    };

    public SceneCropsCommand()
        : base("crops", "Render single faces with truth, as training data.")
    {
        foreach (var option in new Option[] { _out, _identities, _each, _size, _seed, _raw })
            Add(option);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var size = arguments.GetValue(_size);
        if (size is < 64 or > 1024 || size % 2 != 0)
            throw new CliException("--size is even, 64 to 1024", ExitCode.Usage);

        var folder = Directory.CreateDirectory(arguments.GetValue(_out)!).FullName;
        using var raw = arguments.GetValue(_raw) ? File.Create(Path.Combine(folder, "faces.u8"), 1 << 20) : null;
        using var truth = File.Create(Path.Combine(folder, "truth.ndjson"));
        using var frame = new PooledFrame(size, size);
        var rgb = new byte[size * size * 3];
        long number = 0;
        for (var person = 0; person < arguments.GetValue(_identities); person++)
        {
            var faces = new TrainingFaces(arguments.GetValue(_seed) + (ulong)person, person, size);
            for (var i = 0; i < arguments.GetValue(_each); i++, number++)
            {
                cancel.ThrowIfCancellationRequested();
                var face = faces.Take(i, frame);
                if (raw is not null)
                {
                    Rgb.Copy(frame, rgb);
                    raw.Write(rgb);
                }
                else
                {
                    using var file = File.Create(Path.Combine(folder, $"{number:000000}.png"));
                    Png.Write(file, frame);
                }

                TruthWriter.Write(truth, new FrameTruth("studio", number, 0, [face]));
            }
        }

        output.Write(new { pictures = number, size, folder }, console => console.Profile.Out.Writer.WriteLine($"{number} pictures in {folder}"));
        return Task.FromResult(ExitCode.Done);
    }
}
