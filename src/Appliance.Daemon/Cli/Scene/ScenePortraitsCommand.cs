using System.CommandLine;
using Appliance.Capture;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.Studio;

namespace Appliance.Daemon.Cli.Scene;

/// <summary><c>scene portraits</c>: the photos with which the people of a scene are enrolled.</summary>
internal sealed class ScenePortraitsCommand : Verb
{
    private readonly Option<string> _out = new("--out")
    {
        Description = "Folder; each person gets a sub-folder named after them, which enroll and analyze --gallery take as it is.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<int> _identities = new("--identities")
    {
        Description = "How many people.",
        DefaultValueFactory = _ => 6,
    };

    private readonly Option<int> _size = new("--size") { Description = "Pixels, even; photos are square.", DefaultValueFactory = _ => 480 };

    public ScenePortraitsCommand()
        : base("portraits", "Take enrolment photos of the people of a scene.")
    {
        foreach (var option in new Option[] { _out, _identities, _size })
            Add(option);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var size = arguments.GetValue(_size);
        if (size is < 128 or > 4096 || size % 2 != 0)
            throw new CliException("--size is even, 128 to 4096", ExitCode.Usage);

        try
        {
            var files = Take(arguments.GetValue(_out)!, HeadCast.Members(arguments.GetValue(_identities)), size, cancel);
            output.Write(files, console =>
            {
                foreach (var file in files)
                    console.Profile.Out.Writer.WriteLine($"{file.Name}: {file.File}");
            });
            return Task.FromResult(ExitCode.Done);
        }
        catch (Exception error) when (error is CaptureException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message);
        }
    }

    private static List<PortraitFile> Take(string folder, IReadOnlyList<CastMember> cast, int size, CancellationToken cancel)
    {
        var files = new List<PortraitFile>();
        using var photo = new PooledFrame(size, size);
        for (var i = 0; i < cast.Count; i++)
        {
            var studio = new FaceStudio(i, cast[i]);
            var own = Directory.CreateDirectory(Path.Combine(folder, cast[i].Name)).FullName;
            for (var view = 0; view < Portraits.Views.Count; view++)
            {
                cancel.ThrowIfCancellationRequested();
                studio.Take(Portraits.Views[view], photo, (ulong)view);
                var file = Path.Combine(own, $"{view + 1}.jpg");
                File.WriteAllBytes(file, JpegEncoder.Encode(photo, 92));
                files.Add(new(cast[i].Name, file));
            }
        }

        return files;
    }

    private sealed record PortraitFile(string Name, string File);
}
