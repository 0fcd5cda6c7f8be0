using Appliance.Inference;
using Appliance.Inference.Evaluation;

namespace Appliance.UnitTests.Inference.Evaluation;

public class VerificationPairsTests
{
    [Fact]
    public void Read_GoodList_KeepsEveryPair()
    {
        var pairs = VerificationPairs.Read(new StringReader("path_a,path_b,same,fold\na.jpg,b.jpg,1,3\n\nc.jpg,d.jpg,0,10\n"));

        Assert.Equal([new("a.jpg", "b.jpg", true, 3), new("c.jpg", "d.jpg", false, 10)], pairs);
    }

    [Theory]
    [InlineData("", "first line")]
    [InlineData("a,b,c\n", "first line")]
    [InlineData("path_a,path_b,same,fold\n", "empty")]
    [InlineData("path_a,path_b,same,fold\na.jpg,b.jpg,1,1\na.jpg,b.jpg,yes,1\n", "line 3")]
    [InlineData("path_a,path_b,same,fold\na.jpg,b.jpg,1\n", "line 2")]
    [InlineData("path_a,path_b,same,fold\na.jpg,b.jpg,1,-1\n", "line 2")]
    public void Read_BadList_SaysWhere(string text, string where)
    {
        var error = Assert.Throws<InferenceException>(() => VerificationPairs.Read(new StringReader(text)));

        Assert.Contains(where, error.Message, StringComparison.Ordinal);
    }
}
