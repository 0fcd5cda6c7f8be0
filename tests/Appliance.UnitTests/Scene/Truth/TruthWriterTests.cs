using System.Numerics;
using System.Text.Json;
using Appliance.Core.Detection;
using Appliance.Scene.Truth;

namespace Appliance.UnitTests.Scene.Truth;

public class TruthWriterTests
{
    [Fact]
    public void Write_TwoFrames_TwoLinesThatReadBack()
    {
        var marks = new Landmarks5(new(1, 2), new(3, 2), new(2, 3), new(1, 4), new Vector2(3.456f, 4));
        var face = new FaceTruth(2, "Ines \"I\" Okoro", new Box(0.5f, 1, 4, 5), marks, 12.34f, -5, 1, 0.5f);
        using var stream = new MemoryStream();
        TruthWriter.Write(stream, new FrameTruth("gate", 7, 0.5833333, [face]));
        TruthWriter.Write(stream, new FrameTruth("gate", 8, 0.6666667, []));

        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        var first = JsonDocument.Parse(lines[0]).RootElement;
        var read = first.GetProperty("faces")[0];
        Assert.Equal("gate", first.GetProperty("camera").GetString());
        Assert.Equal(7, first.GetProperty("frame").GetInt64());
        Assert.Equal("Ines \"I\" Okoro", read.GetProperty("name").GetString());
        Assert.Equal([0.5, 1, 4, 5], read.GetProperty("box").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(3.46, read.GetProperty("landmarks")[4][0].GetDouble());
        Assert.Equal(12.3, read.GetProperty("yaw").GetDouble(), 3);
        Assert.Empty(JsonDocument.Parse(lines[1]).RootElement.GetProperty("faces").EnumerateArray());
    }
}
