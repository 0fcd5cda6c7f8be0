using Appliance.Inference.Detection;

namespace Appliance.UnitTests.Inference.Detection;

public class YuNetDecoderTests
{
    [Fact]
    public void FindCandidate_EveryPlace_IsFound()
    {
        for (var place = 0; place < 67; place++)
        {
            var classes = Enumerable.Repeat(0.9f, 67).ToArray();
            var objects = new float[67];
            objects[place] = 0.9f;

            Assert.Equal(place, YuNetDecoder.FindCandidate(classes, objects, least: 0.49f, from: 0));
            Assert.Equal(place, YuNetDecoder.FindCandidate(classes, objects, least: 0.49f, from: place));
            Assert.Equal(-1, YuNetDecoder.FindCandidate(classes, objects, least: 0.49f, from: place + 1));
        }
    }

    [Fact]
    public void FindCandidate_AllBelow_FindsNone()
    {
        var values = Enumerable.Repeat(0.69f, 67).ToArray();

        Assert.Equal(-1, YuNetDecoder.FindCandidate(values, values, least: 0.49f, from: 0));
    }
}
