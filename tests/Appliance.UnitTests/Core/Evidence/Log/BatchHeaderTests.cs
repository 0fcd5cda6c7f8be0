using Appliance.Core.Evidence.Log;

namespace Appliance.UnitTests.Core.Evidence.Log;

public class BatchHeaderTests
{
    private static readonly BatchHeader s_header = new("7F3A", 12, 3, BatchHeader.NoPrev, new string('a', 64));

    [Fact]
    public void Message_Header_IsTheDocumentedText() => Assert.Equal(
        $"evbatch-v1|7F3A|12|3|{new string('0', 64)}|{new string('a', 64)}", s_header.Message);

    [Fact]
    public void SignedDigest_AnyFieldChanged_IsAnother()
    {
        BatchHeader[] others =
        [
            s_header with { Device = "7F3B" }, s_header with { Seq = 13 }, s_header with { Size = 4 },
            s_header with { Prev = new string('1', 64) }, s_header with { Root = new string('b', 64) },
        ];

        Assert.All(others, other => Assert.NotEqual(s_header.SignedDigest(), other.SignedDigest()));
    }
}
