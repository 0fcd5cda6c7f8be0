using System.Text.Json;
using Appliance.Capture.Frames;
using Appliance.Daemon.Cli;
using Appliance.Daemon.Cli.Scene;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Scene;

/// <summary>The verbs of <c>watchpost scene</c>, with a real encoder and real files.</summary>
public class SceneCommandTests
{
    [Fact]
    public async Task Render_OutAndTruth_VideoAndTruthHaveTheSameFrames()
    {
        using var folder = new TemporaryFolder();
        var video = Path.Combine(folder.Path, "x.mp4");
        var truth = Path.Combine(folder.Path, "x.ndjson");
        var (code, output) = await Run(
            "scene", "render", "--people", "1", "--cameras", "1", "--width", "320", "--height", "180", "--fps", "5", "--duration", "8",
            "--out", video, "--truth", truth, "--json");

        Assert.True(code == 0, output);
        var lines = File.ReadAllLines(truth).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(40, lines.Length);
        Assert.Contains(lines, line => line.GetProperty("faces").GetArrayLength() == 1);
        Assert.Equal(40, Count(video));
        Assert.Equal(40, JsonDocument.Parse(output).RootElement.GetProperty("cameras")[0].GetProperty("frames").GetInt32());
    }

    [Fact]
    public async Task Portraits_TwoPeople_AFolderOfPhotosEach()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = await Run("scene", "portraits", "--identities", "2", "--size", "128", "--out", folder.Path);

        Assert.True(code == 0, output);
        var people = Directory.GetDirectories(folder.Path);
        Assert.Equal(2, people.Length);
        Assert.All(people, person => Assert.Equal(4, Directory.GetFiles(person, "*.jpg").Length));
    }

    [Fact]
    public async Task Crops_Raw_AsManyBytesAsPictures()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = await Run(
            "scene", "crops", "--identities", "2", "--each", "3", "--size", "64", "--raw", "--out", folder.Path);

        Assert.True(code == 0, output);
        Assert.Equal(2 * 3 * 64 * 64 * 3, new FileInfo(Path.Combine(folder.Path, "faces.u8")).Length);
        Assert.Equal(6, File.ReadAllLines(Path.Combine(folder.Path, "truth.ndjson")).Length);
    }

    [Theory]
    [InlineData("scene", "render", "--width", "321", "--out", "x.mp4")]
    [InlineData("scene", "render")]
    [InlineData("scene", "render", "--rtsp", "banana")]
    [InlineData("scene", "crops", "--size", "7", "--out", "x")]
    public async Task AnyVerb_WrongArguments_IsUsage(params string[] arguments) => Assert.Equal(2, (await Run(arguments)).Code);

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await CommandLine.InvokeAsync([new SceneCommand()], arguments, output, output);
        return (code, output.ToString());
    }

    private static int Count(string video)
    {
        using var reader = VideoReader.Open(video);
        var frames = 0;
        while (reader.TryRead(out var frame))
        {
            frame.Dispose();
            frames++;
        }

        return frames;
    }
}
