using Appliance.Fabric;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.UnitTests.Fabric.Events;

public class CheckpointTests
{
    private static readonly ChaincodeEvent s_event = new(7, "ab", "anchor", "batch", default);

    [Fact]
    public async Task Checkpoint_EventThenBlock_NamesWhatComesNext()
    {
        var checkpointer = new InMemoryCheckpointer();
        Assert.Null(checkpointer.Checkpoint);

        await checkpointer.CheckpointChaincodeEventAsync(s_event);
        Assert.Equal(new(7, "ab"), checkpointer.Checkpoint);

        await checkpointer.CheckpointBlockAsync(7);
        Assert.Equal(new(8, null), checkpointer.Checkpoint);
    }

    [Fact]
    public void Request_NoStart_IsTheNextCommit()
    {
        var request = Request(new());

        Assert.Equal(Wire.SeekPosition.TypeOneofCase.NextCommit, request.StartPosition.TypeCase);
        Assert.Equal(("watch", "anchor", "me", ""), (request.ChannelId, request.ChaincodeId, request.Identity.ToStringUtf8(), request.AfterTransactionId));
    }

    [Fact]
    public void Request_StartBlockZero_IsTheFirstBlock()
    {
        var request = Request(new() { StartBlock = 0 });

        Assert.Equal((Wire.SeekPosition.TypeOneofCase.Specified, 0ul), (request.StartPosition.TypeCase, request.StartPosition.Specified.Number));
    }

    [Fact]
    public void Request_Checkpoint_CountsMoreThanTheStartBlock()
    {
        var request = Request(new() { StartBlock = 3, Checkpoint = Checkpoint.After(s_event) });

        Assert.Equal((7ul, "ab"), (request.StartPosition.Specified.Number, request.AfterTransactionId));
    }

    private static Wire.ChaincodeEventsRequest Request(ChaincodeEventsOptions options) =>
        Wire.ChaincodeEventsRequest.Parser.ParseFrom(EventsRequest.Build("watch", "anchor", options, ByteString.CopyFromUtf8("me")));
}
