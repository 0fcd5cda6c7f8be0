using Appliance.Fabric;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric;

public sealed class FileCheckpointerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "checkpoint.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Checkpoint_EventThenBlock_IsReadBack()
    {
        var checkpointer = await FileCheckpointer.OpenAsync(File);
        Assert.Null(checkpointer.Checkpoint);

        await checkpointer.CheckpointChaincodeEventAsync(new(7, "ab", "anchor", "batch", default));
        var afterEvent = (await FileCheckpointer.OpenAsync(File)).Checkpoint;
        await checkpointer.CheckpointBlockAsync(7);
        var afterBlock = (await FileCheckpointer.OpenAsync(File)).Checkpoint;

        Assert.Equal(new(7, "ab"), afterEvent);
        Assert.Equal(new(8), afterBlock);
        Assert.Equal("""{"blockNumber":"8"}""", await System.IO.File.ReadAllTextAsync(File));
        Assert.Equal([File], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("""{"blockNumber":"18446744073709551615","transactionId":"ab"}""", ulong.MaxValue, "ab")]
    [InlineData("""{"blockNumber":3,"transactionId":""}""", 3ul, null)]
    public async Task Open_WrittenByAnOfficialClient_IsTaken(string json, ulong block, string? transaction)
    {
        await System.IO.File.WriteAllTextAsync(File, json);

        Assert.Equal(new(block, transaction), (await FileCheckpointer.OpenAsync(File)).Checkpoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Open_NothingDoneYet_IsNone(string json)
    {
        await System.IO.File.WriteAllTextAsync(File, json);

        Assert.Null((await FileCheckpointer.OpenAsync(File)).Checkpoint);
    }

    [Theory]
    [InlineData("""{"blockNumber":"7","transac""")]
    [InlineData("""{"blockNumber":"-1"}""")]
    [InlineData("""{"blockNumber":7.5}""")]
    [InlineData("[]")]
    public async Task Open_NoCheckpoint_IsRefusedAndLeftAsItIs(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text);

        await Assert.ThrowsAsync<InvalidDataException>(() => FileCheckpointer.OpenAsync(File));

        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File));
    }
}
